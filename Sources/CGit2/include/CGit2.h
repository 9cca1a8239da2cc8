/* The one door to libgit2. Swift cannot call variadic C functions, so the options used are inline shims here. */
#ifndef MLOPS_CGIT2_H
#define MLOPS_CGIT2_H

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

/* Sets an option that takes one int. */
static inline int mlops_git_option_int(int option, int value) { return git_libgit2_opts(option, value); }

/* Sets an option that takes one size_t. */
static inline int mlops_git_option_size(int option, size_t value) { return git_libgit2_opts(option, value); }

/* Sets the search path of one configuration level. */
static inline int mlops_git_search_path(int level, const char *path) {
  return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}

/* Lets libgit2 allocate below a ceiling; 0 where it cannot, so that sizes must be looked up. */
int mlops_git_use_ceiling(void);

/* Sets the ceiling of this thread: larger allocations of libgit2's fail. SIZE_MAX for none. */
void mlops_git_set_ceiling(size_t bytes);

/* Makes a store for objects that lives in memory. */
static inline int mlops_mempack_new(git_odb_backend **out) { return git_mempack_new(out); }

#endif
