/*
 * A disk that fails on demand, between a program and the C library (Linux only: LD_PRELOAD, /proc).
 *
 * Every write, sync and truncation of a file whose path holds a given piece of text is counted, and may be made to fail
 * or to take its time. Which, how and when stands in a file that tests write and every process with this library maps;
 * its layout is `struct control`, and tests/faults/disk.py knows it too. What is written through a mapping of memory
 * (SQLite's -shm file, once it is there) passes no call and so cannot fail here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
    int64_t writes;      /* calls that change a file, since the control was written */
    int64_t syncs;       /* calls that make them durable */
    int64_t failed;      /* how many of either failed on demand */
    int64_t first;       /* the first write to fail, counted from 1; 0: none */
    int64_t last;        /* the last write to fail */
    int64_t error;       /* errno of a failing write */
    int64_t delay;       /* microseconds that each sync takes longer */
    int64_t sync_error;  /* errno of every sync; 0: none */
    char path[256];      /* the files meant: their path holds this */
};

static struct control *control;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("IVR_TEST_FAULTY_DISK");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) control = mapped;
    close(file);
}

static int meant(int file) {
    char link[64], path[4096];
    if (!control || !control->path[0]) return 0;
    int saved = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, control->path) != NULL;
}

/* Counts a change of the disk; 1 and errno where it is one that fails. */
static int fails(void) {
    int64_t number = __atomic_add_fetch(&control->writes, 1, __ATOMIC_SEQ_CST);
    if (!control->first || number < control->first || number > control->last) return 0;
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = (int)control->error;
    return 1;
}

static int sync_fails(void) {
    __atomic_add_fetch(&control->syncs, 1, __ATOMIC_SEQ_CST);
    int64_t delay = control->delay;
    if (delay) {
        struct timespec left = {delay / 1000000, (delay % 1000000) * 1000};
        while (nanosleep(&left, &left) && errno == EINTR) {
        }
    }
    if (!control->sync_error) return 0;
    __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = (int)control->sync_error;
    return 1;
}

#define WRITES(type, name, parameters, arguments)                   \
    type name parameters {                                          \
        static type(*real) parameters;                              \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);       \
        if (meant(file) && fails()) return -1;                      \
        return real arguments;                                      \
    }

#define SYNCS(name)                                                 \
    int name(int file) {                                            \
        static int (*real)(int);                                    \
        if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name);       \
        if (meant(file) && sync_fails()) return -1;                 \
        return real(file);                                          \
    }

WRITES(ssize_t, write, (int file, const void *from, size_t size), (file, from, size))
WRITES(ssize_t, pwrite, (int file, const void *from, size_t size, off_t at), (file, from, size, at))
WRITES(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at))
WRITES(ssize_t, writev, (int file, const struct iovec *from, int parts), (file, from, parts))
WRITES(ssize_t, pwritev, (int file, const struct iovec *from, int parts, off_t at), (file, from, parts, at))
WRITES(ssize_t, pwritev64, (int file, const struct iovec *from, int parts, off64_t at), (file, from, parts, at))
WRITES(int, ftruncate, (int file, off_t size), (file, size))
WRITES(int, ftruncate64, (int file, off64_t size), (file, size))
WRITES(int, fallocate, (int file, int mode, off_t at, off_t size), (file, mode, at, size))
SYNCS(fsync)
SYNCS(fdatasync)
