// Mechanisms that can be switched off, in a build for tests alone, to see that the simulator
// notices.
#pragma once

namespace pleat {

enum class Protection {
  kFencing,           // messages of an attempt that is not the last are refused
  kRequestIds,        // a request that was answered before gets the same answer, and does nothing
  kRunningFolders,    // garbage collection leaves the folders of running attempts alone
  kSecondCheckpoint,  // and the checkpoint that is used if the newest proves damaged
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
