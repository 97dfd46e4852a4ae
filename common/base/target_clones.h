// Loops built for several instruction sets, the best of which is chosen when the program starts.
#pragma once

// Before a function: builds it for AVX-512, AVX2 and the baseline. The function must hold its loops
// itself: lambdas inside it are not cloned, and of the functions that it calls only those marked
// PLEAT_INLINE are. Sanitizers are not ready when the choice is made, so their builds have the
// baseline only.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PLEAT_TARGET_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PLEAT_TARGET_CLONES
#endif

// Inlined into each clone, so that it is built for the clone's instruction set.
#define PLEAT_INLINE [[gnu::always_inline]] inline
