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

/* Disarms the deadline. */
void mlops_disarm_deadline(void);

#endif
