#define _GNU_SOURCE
#include "CRuntime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char crash_sentence[512];
static char deadline_sentence[512];
static int crash_status = 1;
static int deadline_status = 1;
static char alternate_stack[65536];

static void say(const char *sentence) {
  struct pollfd poller = {.fd = 2, .events = POLLOUT};
  if (poll(&poller, 1, 0) == 1 && (poller.revents & POLLOUT)) {
    ssize_t ignored = write(2, sentence, strlen(sentence));
    (void)ignored;
  }
}

static void crashed(int signal_number) {
  (void)signal_number;
  say(crash_sentence);
  _exit(crash_status);
}

static void too_late(int signal_number) {
  (void)signal_number;
  say(deadline_sentence);
  _exit(deadline_status);
}

static void keep(char *destination, const char *sentence) {
  strncpy(destination, sentence, 511);
  destination[511] = 0;
}

void mlops_install_crash_handlers(const char *sentence, int status) {
  keep(crash_sentence, sentence);
  crash_status = status;
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack, .ss_flags = 0};
  sigaltstack(&stack, 0);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = crashed;
  action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  const int fatal[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGSYS};
  for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, 0);
}

void mlops_use_alternate_stack(void) {
  static _Thread_local char stack_of_thread[65536];
  stack_t stack = {.ss_sp = stack_of_thread, .ss_size = sizeof stack_of_thread, .ss_flags = 0};
  sigaltstack(&stack, 0);
}

void mlops_arm_deadline(unsigned seconds, const char *sentence, int status) {
  keep(deadline_sentence, sentence);
  deadline_status = status;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = too_late;
  action.sa_flags = SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGALRM, &action, 0);
  struct itimerval timer = {.it_value = {.tv_sec = seconds}};
  setitimer(ITIMER_REAL, &timer, 0);
}

void mlops_disarm_deadline(void) {
  struct itimerval timer = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &timer, 0);
}

int mlops_contains(const void *text, unsigned long size, const void *wanted, unsigned long length) {
  return memmem(text, size, wanted, length) != 0;
}

int mlops_detach(void) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child > 0) return 1;
  setsid();
  if (fork() != 0) _exit(0);
  int null = open("/dev/null", O_RDWR);
  for (int descriptor = 0; descriptor < 3; descriptor++) dup2(null, descriptor);
  long limit = sysconf(_SC_OPEN_MAX);
  if (limit < 0 || limit > 65536) limit = 65536;
  for (int descriptor = 3; descriptor < limit; descriptor++) close(descriptor);
  signal(SIGALRM, SIG_DFL);
  return 0;
}

int mlops_run_command(const char *command, const void *input, unsigned long size, unsigned seconds) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    return -1;
  }
  if (child == 0) {
    setpgid(0, 0);
    dup2(ends[0], 0);
    /* A caller with threads blocks and ignores signals that a command must be able to end by. */
    const int ordinary[] = {SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGXFSZ, SIGALRM};
    for (unsigned i = 0; i < sizeof ordinary / sizeof *ordinary; i++) signal(ordinary[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, 0);
    execl("/bin/sh", "sh", "-c", command, (char *)0);
    _exit(127);
  }
  close(ends[0]);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const char *rest = input;
  struct timespec now, end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += seconds;
  int status = -1;
  for (;;) {
    if (ends[1] >= 0) {
      ssize_t count = size > 0 ? write(ends[1], rest, size) : 0;
      if (count > 0) {
        rest += count;
        size -= (unsigned long)count;
      }
      if (size == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        close(ends[1]);
        ends[1] = -1;
      }
    }
    int state;
    pid_t done = waitpid(child, &state, WNOHANG);
    if (done == child) {
      status = WIFEXITED(state) ? WEXITSTATUS(state) : 128;
      break;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (done < 0 || now.tv_sec >= end.tv_sec) {
      kill(-child, SIGKILL);
      waitpid(child, &state, 0);
      break;
    }
    struct pollfd poller = {.fd = ends[1], .events = POLLOUT};
    poll(ends[1] >= 0 ? &poller : 0, ends[1] >= 0, 10);
  }
  if (ends[1] >= 0) close(ends[1]);
  return status;
}

int mlops_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}
