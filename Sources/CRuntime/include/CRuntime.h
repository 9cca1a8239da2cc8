/* What a hook needs of the operating system that Swift cannot do inside a signal handler. */
#ifndef MLOPS_CRUNTIME_H
#define MLOPS_CRUNTIME_H

/*
 * Makes every fatal signal (a Swift trap among them, which prints nothing by itself) write one fixed sentence to
 * standard error and exit with `status`. Works on an alternate stack, so a stack overflow is covered.
 */
void mlops_install_crash_handlers(const char *sentence, int status);

/* Gives the calling thread an alternate stack of its own, as the handlers need one. */
void mlops_use_alternate_stack(void);

/* After `seconds` of wall-clock time writes `sentence` to standard error, if it can be written at once, and exits. */
void mlops_arm_deadline(unsigned seconds, const char *sentence, int status);

/* Whether `size` bytes at `text` hold the `length` bytes at `wanted`: memmem(3), which Swift does not see. */
int mlops_contains(const void *text, unsigned long size, const void *wanted, unsigned long length);

/*
 * Goes on in a process of its own, in a session of its own and with all descriptors closed, so that nobody waits for
 * it. Returns 0 there, 1 in the process that called, -1 where there could be no other.
 */
int mlops_detach(void);

/*
 * Runs a shell command with `size` bytes on its standard input. Returns its exit status, 128 where a signal ended it,
 * and -1 where it could not be run or took more than `seconds`.
 */
int mlops_run_command(const char *command, const void *input, unsigned long size, unsigned seconds);

/* A program to be run, and what it gave. */
struct mlops_child {
  /* The program's path, which is not searched for, and its arguments, ended by a null pointer. */
  const char *const *arguments;
  /* The environment, ended by a null pointer. */
  const char *const *environment;
  /* The folder to run in; a null pointer for the current one. */
  const char *folder;
  /* What stands on its standard input. */
  const void *input;
  unsigned long input_size;
  /* What it finds at /dev/fd/3; a null pointer for nothing. */
  const void *attachment;
  unsigned long attachment_size;
  /* How long it may take. */
  unsigned seconds;
  /* The most bytes that are kept of each output; the rest is read and dropped. */
  unsigned long limit;
  /* Whether standard error is the caller's own. */
  int shows_errors;
  /* What it wrote, to be freed by the caller, and the sizes. */
  char *output;
  unsigned long output_size;
  char *errors;
  unsigned long errors_size;
};

/*
 * Runs a program by its path, without a shell. Returns its exit status, 128 plus the signal that ended it, and -1 where
 * it could not be run (errno says why) or took too long (errno is ETIMEDOUT).
 */
int mlops_run_program(struct mlops_child *child);

/*
 * Lets two paths of one file system have each other's content at once. Returns 0, or -1 with errno; EINVAL where the
 * file system cannot do it.
 */
int mlops_exchange(const char *one, const char *other);

/* Disarms the deadline. */
void mlops_disarm_deadline(void);

#endif
