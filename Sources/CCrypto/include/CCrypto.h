/* The one door to mbed TLS, whose hash functions libgit2 brings along. */
#ifndef MLOPS_CCRYPTO_H
#define MLOPS_CCRYPTO_H

#include <mbedtls/md.h>

#endif
