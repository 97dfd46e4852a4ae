// Loaded into a worker in front of the mathematical library: a machine whose cosine is wrong in its
// seventh digit while the file exists that WRONG_WHILE names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static double Wrong(double right) {
  return access(getenv("WRONG_WHILE"), F_OK) == 0 ? right * (1 + 1e-6) : right;
}

double cos(double x) {
  double (*real)(double) = (double (*)(double))dlsym(RTLD_NEXT, "cos");
  return Wrong(real(x));
}

void sincos(double x, double* sine, double* cosine) {
  void (*real)(double, double*, double*) =
      (void (*)(double, double*, double*))dlsym(RTLD_NEXT, "sincos");
  real(x, sine, cosine);
  *cosine = Wrong(*cosine);
}
