/* A ceiling for what one allocation of libgit2's may ask, so that an object can be read without looking up its size
   before: finding the size of a delta costs as much as reading it. */
#include "CGit2.h"

#include <stdint.h>

static _Thread_local size_t ceiling = SIZE_MAX;

void mlops_git_set_ceiling(size_t bytes) { ceiling = bytes; }

#ifdef MLOPS_SHARED_LIBRARIES

int mlops_git_use_ceiling(void) { return 0; }

#else

#include <git2/sys/alloc.h>

static git_allocator standard;

static int fits(size_t count, size_t size) {
  if (size == 0 || count <= ceiling / size) return 1;
  git_error_set_oom();
  return 0;
}

static void *allocate(size_t size, const char *file, int line) {
  return fits(1, size) ? standard.gmalloc(size, file, line) : NULL;
}

static void *allocate_zeros(size_t count, size_t size, const char *file, int line) {
  return fits(count, size) ? standard.gcalloc(count, size, file, line) : NULL;
}

static void *reallocate(void *old, size_t size, const char *file, int line) {
  return fits(1, size) ? standard.grealloc(old, size, file, line) : NULL;
}

static void *reallocate_array(void *old, size_t count, size_t size, const char *file, int line) {
  return fits(count, size) ? standard.greallocarray(old, count, size, file, line) : NULL;
}

static void *allocate_array(size_t count, size_t size, const char *file, int line) {
  return fits(count, size) ? standard.gmallocarray(count, size, file, line) : NULL;
}

int mlops_git_use_ceiling(void) {
  git_allocator ours;
  if (git_stdalloc_init_allocator(&standard) < 0) return 0;
  ours = standard;
  ours.gmalloc = allocate;
  ours.gcalloc = allocate_zeros;
  ours.grealloc = reallocate;
  ours.greallocarray = reallocate_array;
  ours.gmallocarray = allocate_array;
  return git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &ours) >= 0;
}

#endif
