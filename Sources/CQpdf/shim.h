// qpdf's C interface: whether a PDF is sound, its pages and its locks.
#ifndef REELNODE_CQPDF_SHIM_H
#define REELNODE_CQPDF_SHIM_H

#include <qpdf/qpdf-c.h>

#endif
