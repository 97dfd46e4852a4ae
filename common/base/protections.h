// Mechanisms that can be switched off, in a build for tests alone, to see that the tests notice.
#pragma once

namespace pleat {

enum class Protection {
  kFencing,           // messages of an attempt that is not the last are refused
  kRequestIds,        // a request that was answered before gets the same answer, and does nothing
  kRunningFolders,    // garbage collection leaves the folders of running attempts alone
  kSecondCheckpoint,  // and the checkpoint that is used if the newest proves damaged
  kCommitFirst,       // nobody hears of what is not committed
  kLeaseClock,        // leases live on steady time, of which one that stood still counts little
  kSync,              // a commit is on the disk, not only with the system
  kSettling,          // and so is what a killed process left, before anything is answered from it
};

#ifdef PLEAT_WEAKENABLE
// Which one is off; null: none. Set before any other thread is started.
inline const Protection* switched_off = nullptr;
inline bool IsOn(Protection protection) {
  return switched_off == nullptr || *switched_off != protection;
}
#else
constexpr bool IsOn(Protection) { return true; }
#endif

}  // namespace pleat
