# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with bench-inputs.sh and the scripts that source both
# The six-scene film with one stock `ffmpeg` command, as a careful engineer writes it: what does not
# need a filter has none, sizes come before keys and masks, single pictures stay single where the
# filters allow it. Positions, sizes, lengths and colours are those of Fixtures/bench/six-scenes.json.

# Fills `stock_inputs` and `stock_graph`; the graph ends in [film] and [sound].
# An excerpt of SECONDS of each scene is for developing the scripts and for tuning.
describe_stock() { # [SECONDS]
  local n seconds background avatar
  local fps=$film_fps cover='scale=1920:1080:force_original_aspect_ratio=increase:out_color_matrix=bt709:out_range=tv,crop=1920:1080,setsar=1'
  stock_inputs=()
  stock_graph=''
  for n in 1 2 3 4 5 6; do
    seconds=${1:-${scene_seconds[n - 1]}}
    background=$inputs/background$n.mp4
    case $n in
      4) stock_inputs+=(-loop 1 -framerate "$fps" -t "$seconds" -i "$inputs/background4.png") ;;
      *) stock_inputs+=(-stream_loop -1 -t "$seconds" -i "$background") ;;
    esac
    case $n in
      3 | 6) stock_inputs+=(-c:v libvpx-vp9 -i "$inputs/avatar$n.webm") ;;
      *) stock_inputs+=(-i "$inputs/avatar$n.mp4") ;;
    esac
    background="[$((2 * n - 2)):v]$cover,fps=$fps,format=yuv420p[b$n];"
    case $n in
      1 | 4) avatar="[$((2 * n - 1)):v]scale=480:480,fps=${fps}[f$n];[f$n][m$n]alphamerge[a$n];[b$n][a$n]overlay=1380:540" ;;
      2 | 5) avatar="[$((2 * n - 1)):v]scale=540:540,fps=$fps,chromakey=0x00FF00:0.18:0.08,despill=green[a$n];[b$n][a$n]overlay=1340:540" ;;
      3 | 6) avatar="[$((2 * n - 1)):v]scale=540:540,fps=${fps}[a$n];[b$n][a$n]overlay=1340:540" ;;
    esac
    stock_graph+="$background$avatar,trim=duration=$seconds,setpts=PTS-STARTPTS[v$n];"
    stock_graph+="[$((2 * n - 1)):a]aresample=48000,aformat=channel_layouts=stereo,apad,atrim=duration=$seconds,asetpts=PTS-STARTPTS[s$n];"
  done
  stock_inputs+=(-i "$inputs/circle.png" -i "$inputs/logo.png")
  stock_graph+="[12:v]format=gray,split[m1][m4];[13:v]scale=240:120,format=rgba,colorchannelmixer=aa=0.8[logo];"
  stock_graph+="[v1][s1][v2][s2][v3][s3][v4][s4][v5][s5][v6][s6]concat=n=6:v=1:a=1[joined][sound];"
  stock_graph+="[joined][logo]overlay=60:60,${tags}[film]"
}

# The encoder settings of the document: preset, CRF 20, GOP of 2 s, AAC 192k.
stock_video() { stock_video=(-c:v libx264 -preset "$1" -crf 20 -g $((2 * film_fps)) -pix_fmt yuv420p -profile:v high); }
stock_audio=(-c:a aac -b:a 192k -ar 48000)

# stock_command EFFORT FILE [SECONDS] — fills `stock_command` with the whole command line.
stock_command() {
  describe_stock "${3:-}"
  stock_video "$1"
  stock_command=(ffmpeg -nostdin -hide_banner -v error -y "${stock_inputs[@]}" -filter_complex "$stock_graph"
    -map '[film]' -map '[sound]' "${stock_video[@]}" "${stock_audio[@]}" -movflags +faststart "$2")
}

# The options with which ffmpeg reads frames that `compose_stock` wrote.
raw_frames=(-f rawvideo -pixel_format yuv420p -video_size 1920x1080 -framerate "$film_fps"
  -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv)
raw_frame_bytes=$((1920 * 1080 * 3 / 2))

# compose_stock FILE [SECONDS] — the film's pictures before encoding, as raw frames.
compose_stock() {
  describe_stock "${2:-}"
  ff "${stock_inputs[@]}" -filter_complex "$stock_graph;[sound]anullsink" -map '[film]' -pix_fmt yuv420p -f rawvideo "$1"
}
