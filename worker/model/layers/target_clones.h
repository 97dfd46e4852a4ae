// PLEAT_TARGET_CLONES before a function builds it for AVX-512, AVX2 and the baseline; the best that
// the machine has is chosen when the program starts. The function must hold its loops itself:
// lambdas inside it are not cloned. Sanitizers are not ready when that choice is made, so their
// builds have the baseline only.
#pragma once

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PLEAT_TARGET_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define PLEAT_TARGET_CLONES
#endif
