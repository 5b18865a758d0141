// Text: libass draws it, HarfBuzz measures it, ICU says where its lines may break.
#ifndef REELNODE_CTEXT_SHIM_H
#define REELNODE_CTEXT_SHIM_H

#include <ass/ass.h>
#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
// Only the names of ICU's functions in this version: its types are those of Foundation's own ICU, which is
// another version, and the two cannot be seen side by side.
#include <unicode/urename.h>
#include <unicode/uvernum.h>

extern void *ubrk_open(int32_t type, const char *locale, const uint16_t *text, int32_t length,
                       int32_t *status);
extern int32_t ubrk_first(void *iterator);
extern int32_t ubrk_next(void *iterator);
extern void ubrk_close(void *iterator);
extern int32_t uscript_getScript(int32_t scalar, int32_t *status);
extern int8_t u_hasBinaryProperty(int32_t scalar, int32_t property);
extern int32_t u_charDirection(int32_t scalar);

static inline void rn_ass_message(int level, const char *format, va_list arguments, void *data) {
  (void)level; (void)format; (void)arguments; (void)data;
}

/// libass writes to standard error unless it is told otherwise.
static inline void rn_ass_silence(ASS_Library *library) {
  ass_set_message_cb(library, rn_ass_message, NULL);
}

/// Fills `breaks` with the UTF-16 offsets at which a line may end, the end of the text included. Gives their
/// number, at most `capacity`, or -1. A break after a line feed is one that must be taken.
static inline int32_t rn_line_breaks(const uint16_t *text, int32_t length, const char *locale,
                                     int32_t *breaks, int32_t capacity) {
  int32_t status = 0;
  void *iterator = ubrk_open(2 /* UBRK_LINE */, locale, text, length, &status);
  if (status > 0) return -1;
  int32_t count = 0;
  ubrk_first(iterator);
  for (int32_t place = ubrk_next(iterator); place != -1 && count < capacity;
       place = ubrk_next(iterator))
    breaks[count++] = place;
  ubrk_close(iterator);
  return count;
}

/// ICU's number of a character's script, its `UScriptCode`.
static inline int32_t rn_script(uint32_t scalar) {
  int32_t status = 0;
  return uscript_getScript((int32_t)scalar, &status);
}
static inline int32_t rn_is_ignorable(uint32_t scalar) {
  return u_hasBinaryProperty((int32_t)scalar, 5 /* UCHAR_DEFAULT_IGNORABLE_CODE_POINT */);
}
/// 1 right to left, 0 left to right, -1 neither.
static inline int32_t rn_direction(uint32_t scalar) {
  int32_t direction = u_charDirection((int32_t)scalar);
  if (direction == 0) return 0;
  return direction == 1 || direction == 13 /* U_RIGHT_TO_LEFT_ARABIC */ ? 1 : -1;
}

#endif
