/* The one door to mbed TLS, whose hash functions libgit2 needs too: nothing more is linked for it. */
#ifndef MLOPS_CCRYPTO_H
#define MLOPS_CCRYPTO_H

#include <mbedtls/base64.h>
#include <mbedtls/md.h>

#endif
