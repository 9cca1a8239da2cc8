/*
 * Link-time stand-ins for libgit2's network transports. The archive refers to them; hooks must not carry TLS, SSH or
 * Kerberos code, both for their start-up time and because a gate has no business on the network. Each one fails.
 */
#include "CGit2.h"

#ifndef MLOPS_SHARED_LIBRARIES

int git_mbedtls_stream_global_init(void) { return 0; }

int git_mbedtls__set_cert_location(const char *file, const char *path) {
  (void)file; (void)path;
  return GIT_ERROR;
}

int git_mbedtls_stream_new(void **out, const char *host, const char *port) {
  (void)host; (void)port;
  *out = 0;
  return GIT_ERROR;
}

int git_mbedtls_stream_wrap(void **out, void *in, const char *host) {
  (void)in; (void)host;
  *out = 0;
  return GIT_ERROR;
}

int git_transport_ssh_global_init(void) { return 0; }

int git_transport_ssh_with_paths(git_transport **out, git_remote *owner, void *payload) {
  (void)owner; (void)payload;
  *out = 0;
  return GIT_ERROR;
}

int git_smart_subtransport_ssh(void **out, git_transport *owner, void *parameter) {
  (void)owner; (void)parameter;
  *out = 0;
  return GIT_ERROR;
}

int git_http_auth_negotiate(void **out, const void *url) {
  (void)url;
  *out = 0;
  return GIT_ERROR;
}

int git_http_auth_ntlm(void **out, const void *url) {
  (void)url;
  *out = 0;
  return GIT_ERROR;
}

#endif
