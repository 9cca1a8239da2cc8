/* Runs one command several times and prints a line for each run: exit status, wall nanoseconds, peak KiB, CPU microseconds.
 *
 *   measure RUNS STDIN STDERR COMMAND [ARGUMENT...]
 *
 * It is C, and small, because Linux counts the memory of the process that spawned into a child's ru_maxrss: spawned
 * from Python, nothing would ever seem to need less than Python does. STDIN is opened anew for each run.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

int main(int count, char **arguments) {
  if (count < 5) {
    fputs("usage: measure RUNS STDIN STDERR COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  int runs = atoi(arguments[1]);
  for (int run = 0; run < runs; run++) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, arguments[2], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, arguments[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);

    long long start = nanoseconds();
    pid_t child;
    int failure = posix_spawnp(&child, arguments[4], &files, NULL, arguments + 4, environ);
    if (failure != 0) {
      fprintf(stderr, "measure: %s: %s\n", arguments[4], strerror(failure));
      return 2;
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0)
      if (errno != EINTR) return 2;
    long long elapsed = nanoseconds() - start;

    posix_spawn_file_actions_destroy(&files);
    printf("%d %lld %ld %lld\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), elapsed,
           usage.ru_maxrss, microseconds(usage.ru_utime) + microseconds(usage.ru_stime));
  }
  return 0;
}
