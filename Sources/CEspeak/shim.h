// eSpeak NG: text to speech with the times of words and phonemes.
#ifndef REELNODE_CESPEAK_SHIM_H
#define REELNODE_CESPEAK_SHIM_H

#include <espeak-ng/espeak_ng.h>
#include <espeak-ng/speak_lib.h>

#endif
