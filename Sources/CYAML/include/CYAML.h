/* The one door to libyaml. */
#ifndef MLOPS_CYAML_H
#define MLOPS_CYAML_H

#include <yaml.h>

#endif
