// What the system has and Swift's Glibc module leaves out.
#ifndef REELNODE_CHOST_SHIM_H
#define REELNODE_CHOST_SHIM_H

#include <sys/ioctl.h>

// Of the terminal behind a file descriptor; 0 where there is none.
static inline int rn_terminal_columns(int file) {
  struct winsize size;
  return ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static inline int rn_terminal_rows(int file) {
  struct winsize size;
  return ioctl(file, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>

// From <sched.h>, which shows them under _GNU_SOURCE alone.
#define RN_CLONE_NEWUSER 0x10000000
#define RN_CLONE_NEWNET 0x40000000

static inline int rn_unshare(int flags) { return (int)syscall(SYS_unshare, flags); }
#endif

#endif
