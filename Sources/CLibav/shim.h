// What Swift cannot import from libav's headers: macros with casts, and the few names that differ
// between versions. FFmpeg 5.1 (Debian 12) is the reference.
#pragma once

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
#include <malloc.h>

static const int64_t RN_NOPTS = INT64_MIN;
static const int RN_EAGAIN = AVERROR(EAGAIN);
static const int RN_EOF = AVERROR_EOF;
static const int RN_EXIT = AVERROR_EXIT;
static const int RN_ENOMEM = AVERROR(ENOMEM);
static const int RN_EINVAL = AVERROR(EINVAL);
static const int RN_ENOSPC = AVERROR(ENOSPC);
static const int RN_ENOENT = AVERROR(ENOENT);
static const int RN_EIO = AVERROR(EIO);
static const int RN_INVALIDDATA = AVERROR_INVALIDDATA;
static const int RN_DECODER_NOT_FOUND = AVERROR_DECODER_NOT_FOUND;
static const int RN_ENCODER_NOT_FOUND = AVERROR_ENCODER_NOT_FOUND;
static const int RN_STREAM_NOT_FOUND = AVERROR_STREAM_NOT_FOUND;

// Glibc's module leaves malloc.h out.
static inline void rn_release_free_blocks(void) { malloc_trim(0); }
static inline void rn_map_blocks_over(int bytes) { mallopt(M_MMAP_THRESHOLD, bytes); }
static inline void rn_keep_free_blocks(int bytes) { mallopt(M_TRIM_THRESHOLD, bytes); }

static inline int rn_averror(int errno_value) { return AVERROR(errno_value); }

/// FFmpeg 5 has a linked list of side data on a stream; 6.1 and later keep it in codecpar.
static inline const uint8_t *rn_stream_display_matrix(const AVStream *stream, size_t *size) {
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  const AVPacketSideData *data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data,
      AV_PKT_DATA_DISPLAYMATRIX);
  if (!data) return NULL;
  *size = data->size;
  return data->data;
#else
  return av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, size);
#endif
}
