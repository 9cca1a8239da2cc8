#define _GNU_SOURCE
#include "CRuntime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_in_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void shut(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

/* A file in memory with these bytes, read from its start; -1 where there can be none. */
static int file_of(const void *bytes, unsigned long size) {
  int file = memfd_create("attachment", MFD_CLOEXEC);
  if (file < 0) return -1;
  const char *rest = bytes;
  while (size > 0) {
    ssize_t count = write(file, rest, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      close(file);
      return -1;
    }
    rest += count;
    size -= (unsigned long)count;
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

/* Reads what is there, keeps what fits; 0 at the end. */
static int drain(int descriptor, char **kept, unsigned long *size, unsigned long limit) {
  char buffer[16384];
  ssize_t count = read(descriptor, buffer, sizeof buffer);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return 0;
  unsigned long room = limit > *size ? limit - *size : 0;
  unsigned long taken = (unsigned long)count < room ? (unsigned long)count : room;
  if (taken > 0) {
    char *larger = realloc(*kept, *size + taken);
    if (!larger) return 0;
    memcpy(larger + *size, buffer, taken);
    *kept = larger;
    *size += taken;
  }
  return 1;
}

static int start(struct mlops_child *child, int input, int output, int errors, int attachment, pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (posix_spawn_file_actions_init(&actions) != 0) return ENOMEM;
  if (posix_spawnattr_init(&attributes) != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return ENOMEM;
  }
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (errors >= 0) posix_spawn_file_actions_adddup2(&actions, errors, 2);
  if (attachment >= 0) posix_spawn_file_actions_adddup2(&actions, attachment, 3);
  if (child->folder) posix_spawn_file_actions_addchdir_np(&actions, child->folder);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int status = posix_spawn(
      pid, child->arguments[0], &actions, &attributes, (char *const *)child->arguments,
      (char *const *)child->environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return status;
}

int mlops_run_program(struct mlops_child *child) {
  int input[2] = {-1, -1}, output[2] = {-1, -1}, errors[2] = {-1, -1}, attachment = -1;
  pid_t pid = -1;
  int status = -1, failure = 0;
  child->output = child->errors = 0;
  child->output_size = child->errors_size = 0;
  if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0 ||
      (!child->shows_errors && pipe2(errors, O_CLOEXEC) != 0)) {
    failure = errno;
  } else if (child->attachment) {
    int file = file_of(child->attachment, child->attachment_size);
    /* Not below 4, where the child's own descriptors will be. */
    attachment = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 4);
    if (file >= 0) close(file);
    if (attachment < 0) failure = errno;
  }
  if (!failure) failure = start(child, input[0], output[1], errors[1], attachment, &pid);
  shut(&input[0]);
  shut(&output[1]);
  shut(&errors[1]);
  if (!failure) {
    const char *rest = child->input;
    unsigned long left = child->input_size;
    long long end = now_in_milliseconds() + child->seconds * 1000LL;
    fcntl(input[1], F_SETFL, O_NONBLOCK);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    if (errors[0] >= 0) fcntl(errors[0], F_SETFL, O_NONBLOCK);
    int state = 0, has_ended = 0;
    while (!has_ended && !failure) {
      if (left == 0) shut(&input[1]);
      struct pollfd pollers[3] = {{.fd = output[0], .events = POLLIN},
                                  {.fd = errors[0], .events = POLLIN},
                                  {.fd = input[1], .events = POLLOUT}};
      long long remaining = end - now_in_milliseconds();
      if (remaining <= 0) {
        failure = ETIMEDOUT;
        break;
      }
      /* A program that has ended shows it by closing its outputs, unless something that it started still holds them. */
      int is_silent = output[0] < 0 && errors[0] < 0;
      int pause = is_silent ? 1 : remaining < 50 ? (int)remaining : 50;
      if (poll(pollers, 3, pause) < 0 && errno != EINTR) {
        failure = errno;
        break;
      }
      if (pollers[2].revents) {
        ssize_t count = write(input[1], rest, left);
        if (count > 0) {
          rest += count;
          left -= (unsigned long)count;
        } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
          /* It does not want to read on; what it says tells more. */
          left = 0;
        }
      }
      if (pollers[0].revents && !drain(output[0], &child->output, &child->output_size, child->limit)) shut(&output[0]);
      if (pollers[1].revents && !drain(errors[0], &child->errors, &child->errors_size, child->limit)) shut(&errors[0]);
      pid_t done = waitpid(pid, &state, WNOHANG);
      if (done < 0 && errno != EINTR) failure = errno;
      has_ended = done == pid;
    }
    if (has_ended) {
      /* What it wrote last. */
      struct pollfd rests[2] = {{.fd = output[0], .events = POLLIN}, {.fd = errors[0], .events = POLLIN}};
      while (poll(rests, 2, 0) > 0 && ((rests[0].revents | rests[1].revents) & POLLIN)) {
        if ((rests[0].revents & POLLIN) &&
            !drain(output[0], &child->output, &child->output_size, child->limit)) rests[0].fd = -1;
        if ((rests[1].revents & POLLIN) &&
            !drain(errors[0], &child->errors, &child->errors_size, child->limit)) rests[1].fd = -1;
      }
      status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    } else if (pid > 0) {
      kill(pid, SIGKILL);
      while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {}
    }
  }
  shut(&input[1]);
  shut(&output[0]);
  shut(&errors[0]);
  shut(&attachment);
  if (failure) {
    errno = failure;
    return -1;
  }
  return status;
}
