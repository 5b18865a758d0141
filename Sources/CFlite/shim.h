// Flite: English text to speech, with the times of its segments in the utterance.
#ifndef REELNODE_CFLITE_SHIM_H
#define REELNODE_CFLITE_SHIM_H

#include <flite/flite.h>

extern cst_voice *register_cmu_us_slt(const char *voxdir);
extern cst_voice *register_cmu_us_rms(const char *voxdir);

#endif
