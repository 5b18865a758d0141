# shellcheck shell=bash
# The clips of the six-scene benchmark film, made once under out/bench/inputs.
#
# From the real clips in $REELNODE_MEDIA (default: ../shared/media beside the repository), scaled to
# 1080p with a little temporal grain, so that decoders and encoders have realistic work; without that
# folder from sources that ffmpeg generates.

bench_dir=out/bench
media=${REELNODE_MEDIA:-../shared/media}
# Raise it when the inputs are made differently: they are made anew then.
inputs_version=1

# Lengths in seconds of the six scenes, as in Fixtures/bench/six-scenes.json; whole frames at 25 and 30 fps.
scene_seconds=(6.0 6.4 7.0 6.2 6.6 6.8)
film_fps=30

# The scenes' lengths in frames, and where each begins.
scene_frames() { awk -v fps="$film_fps" -v s="${scene_seconds[*]}" 'BEGIN{n=split(s,a);for(i=1;i<=n;i++)printf "%d ",a[i]*fps+.5}'; }

camera=(-c:v libx264 -preset veryfast -crf 17 -g 60 -pix_fmt yuv420p
  -colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv)
tags='setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=limited'
grain='noise=alls=4:allf=t'
speech=(-c:a aac -b:a 128k -ar 44100)

# hd WIDTH:HEIGHT — scale (to BT.709, limited) with lanczos, then grain.
hd() { printf 'scale=%s:flags=lanczos:out_color_matrix=bt709:out_range=tv,setsar=1,%s,format=yuv420p,%s' "$1" "$grain" "$tags"; }

real_media() { [[ -r $media/bigbuckbunny.mp4 && -r $media/lp_s18.mp4 && -r $media/lp_d12.mp4 ]]; }

origin=generated
if real_media; then origin=real; fi
inputs=$bench_dir/inputs-$origin

# Soft masks that cut a head and shoulders out of a talking-head clip.
cutout() { # SIZE HEAD SHOULDERS FILE
  ff -f lavfi -i "color=black:s=$1:d=0.04,format=gray,geq=lum='255*clip((1-min($2,$3))*12,0,1)'" -frames:v 1 "$4"
}

# Backgrounds: 24 fps and shorter than its scene; 25 fps; 29.97 fps; still; portrait; rotated in the container.
real_backgrounds() {
  local bunny=$media/bigbuckbunny.mp4 room=$media/lp_s18.mp4
  # There and back again, so that 5 s are enough for 7.
  local pingpong='split[a][b];[b]reverse[c];[a][c]concat'
  ff -i "$bunny" -an -vf "setpts=N/24/TB,fps=24,$(hd 1920:1080)" -frames:v 120 "${camera[@]}" -r 24 "$1/background1.mp4"
  ff -i "$bunny" -f lavfi -i "anoisesrc=color=pink:amplitude=0.05:seed=1:d=7.2" \
    -filter_complex "[0:v]hflip,crop=960:540:200:100,$pingpong,$(hd 1920:1080)[v]" -map '[v]' -map 1:a -t 7.2 \
    "${camera[@]}" "${speech[@]}" "$1/background2.mp4"
  ff -i "$room" -t 8 -vf "fps=30000/1001,$(hd 1920:1080)" "${camera[@]}" "${speech[@]}" "$1/background3.mp4"
  ff -ss 1.2 -i "$bunny" -frames:v 1 -vf "scale=2560:1440:flags=lanczos,format=rgb24" "$1/background4.png"
  ff -i "$room" -t 8 -vf "crop=404:720:540:0,$(hd 1080:1920)" "${camera[@]}" "${speech[@]}" "$1/background5.mp4"
  ff -i "$bunny" -an -filter_complex "hflip,setpts=N/30/TB,fps=30,$pingpong,transpose=clock,$(hd 1080:1920)" -t 8 \
    "${camera[@]}" -r 30 "$1/turned.mp4"
  ff -i "$1/turned.mp4" -c copy -metadata:s:v rotate=90 "$1/background6.mp4"
  rm "$1/turned.mp4"
}

# Avatars: a clip for a circle mask, one before a green screen, one with an alpha channel; twice each.
real_avatars() {
  local head=$media/lp_d12.mp4 woman=$media/lp_s18.mp4
  cutout 720x720 'hypot((X/W-.5)/.23,(Y/H-.36)/.36)' 'hypot((X/W-.45)/.5,(Y/H-1.05)/.42)' "$1/cut-woman.png"
  cutout 512x512 'hypot((X/W-.6)/.36,(Y/H-.42)/.4)' 'hypot((X/W-.5)/.62,(Y/H-1.15)/.5)' "$1/cut-head.png"

  circle() { ff -ss "$2" -i "$head" -t "$3" -vf "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,$tags" "${camera[@]}" "${speech[@]}" "$1"; }
  circle "$1/avatar1.mp4" 0 "${scene_seconds[0]}"
  circle "$1/avatar4.mp4" 1 "${scene_seconds[3]}"

  green() {
    ff -ss "$2" -i "$woman" -i "$4/cut-woman.png" -f lavfi -i color=0x00FF00:s=720x720:r=25 -filter_complex \
      "[0:v]fps=25,crop=720:720:395:0,format=gbrp[h];[h][1]alphamerge[a];[2]format=gbrp[g];[g][a]overlay=format=gbrp:shortest=1,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,${tags}[v]" \
      -map '[v]' -map 0:a -t "$3" "${camera[@]}" "${speech[@]}" "$1"
  }
  green "$1/avatar2.mp4" 0 "${scene_seconds[1]}" "$1"
  green "$1/avatar5.mp4" 2 "${scene_seconds[4]}" "$1"

  alpha() {
    ff -ss "$2" -i "$head" -i "$4/cut-head.png" -filter_complex \
      "[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[h];[h][1]alphamerge,format=yuva420p,${tags}[v]" \
      -map '[v]' -map 0:a -t "$3" -c:v libvpx-vp9 -b:v 0 -crf 24 -deadline realtime -cpu-used 6 -auto-alt-ref 0 \
      -c:a libopus -b:a 96k "$1"
  }
  alpha "$1/avatar3.webm" 0.1 "${scene_seconds[2]}" "$1"
  alpha "$1/avatar6.webm" 0.3 "${scene_seconds[5]}" "$1"
  rm "$1"/cut-*.png
}

generated_backgrounds() {
  local tone=(-f lavfi -i "aevalsrc=0.05*sin(2*PI*220*t):d=8")
  ff -f lavfi -i "mandelbrot=s=960x540:r=24:start_scale=0.4:end_scale=0.05" -vf "$(hd 1920:1080)" -t 5 "${camera[@]}" "$1/background1.mp4"
  ff -f lavfi -i "gradients=s=1920x1080:r=25:n=5:speed=0.03:seed=7:c0=0x203a72:c1=0x3fb8af:c2=0xffd166:c3=0xef476f:c4=0x26134d" "${tone[@]}" \
    -vf "$(hd 1920:1080)" -t 7.2 "${camera[@]}" "${speech[@]}" "$1/background2.mp4"
  ff -f lavfi -i "testsrc2=s=1280x720:r=30000/1001" "${tone[@]}" -vf "$(hd 1920:1080)" -t 8 "${camera[@]}" "${speech[@]}" "$1/background3.mp4"
  ff -f lavfi -i "mandelbrot=s=2560x1440:start_scale=0.01" -frames:v 1 -vf format=rgb24 "$1/background4.png"
  ff -f lavfi -i "gradients=s=1080x1920:r=30:n=4:speed=0.05:type=radial:seed=3:c0=0x203a72:c1=0xffd166:c2=0x3fb8af:c3=0xef476f" "${tone[@]}" \
    -vf "$(hd 1080:1920)" -t 8 "${camera[@]}" "${speech[@]}" "$1/background5.mp4"
  ff -f lavfi -i "mandelbrot=s=540x960:r=30:start_x=-0.4:start_y=0.6:start_scale=0.6:end_scale=0.3" -vf "$(hd 1080:1920)" -t 8 "${camera[@]}" "$1/turned.mp4"
  ff -i "$1/turned.mp4" -c copy -metadata:s:v rotate=90 "$1/background6.mp4"
  rm "$1/turned.mp4"
}

generated_avatars() {
  local i seconds voice
  cutout 512x512 'hypot((X/W-.5)/.3,(Y/H-.4)/.38)' 'hypot((X/W-.5)/.5,(Y/H-1.1)/.45)' "$1/cut.png"
  for i in 1 2 3 4 5 6; do
    seconds=${scene_seconds[i - 1]}
    # Syllables: a tone with overtones that comes and goes four times a second.
    voice="aevalsrc=0.3*abs(sin(2*PI*2*t))*(sin(2*PI*(110+20*$i)*t)+0.5*sin(2*PI*(220+40*$i)*t)+0.2*sin(2*PI*880*t)):s=44100:d=$seconds"
    local picture="testsrc2=s=512x512:r=25:d=$seconds"
    case $i in
      1 | 4) ff -f lavfi -i "$picture" -f lavfi -i "$voice" -vf "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,$tags" "${camera[@]}" "${speech[@]}" "$1/avatar$i.mp4" ;;
      2 | 5) ff -f lavfi -i "$picture" -f lavfi -i "$voice" -i "$1/cut.png" -f lavfi -i color=0x00FF00:s=512x512:r=25 -filter_complex \
        "[0:v]hue=s=0.4,lutrgb=g=val*0.5,format=gbrp[h];[h][2]alphamerge[a];[3]format=gbrp[g];[g][a]overlay=format=gbrp:shortest=1,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,${tags}[v]" \
        -map '[v]' -map 1:a "${camera[@]}" "${speech[@]}" "$1/avatar$i.mp4" ;;
      3 | 6) ff -f lavfi -i "$picture" -f lavfi -i "$voice" -i "$1/cut.png" -filter_complex \
        "[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[h];[h][2]alphamerge,format=yuva420p,${tags}[v]" -map '[v]' -map 1:a \
        -c:v libvpx-vp9 -b:v 0 -crf 24 -deadline realtime -cpu-used 6 -auto-alt-ref 0 -c:a libopus -b:a 96k "$1/avatar$i.webm" ;;
    esac
  done
  rm "$1/cut.png"
}

# The logo (PNG with alpha), and the circle that the stock command takes as its mask.
pictures() {
  ff -f lavfi -i "color=black:s=480x240:d=0.04,format=rgba,geq=r='40+X/3':g='120+Y/4':b='220-X/4':a='255*clip(100-hypot(max(abs(X-239.5)-139.5,0),abs(Y-119.5))+0.5,0,1)*(1-0.8*lt(hypot(X-240,Y-120),60)*lt(X-200,(60-abs(Y-120))*1.6)*gt(X,205))'" \
    -frames:v 1 "$1/logo.png"
  ff -f lavfi -i "color=black:s=480x480:d=0.04,format=gray,geq=lum='255*clip(240-hypot(X-239.5,Y-239.5)+0.5,0,1)'" \
    -frames:v 1 "$1/circle.png"
}

make_inputs() {
  local made=$inputs.new
  if [[ $(cat "$inputs/version" 2>/dev/null) == "$inputs_version" ]]; then return; fi
  if [[ $origin == real ]]; then
    say "making the benchmark's inputs from the clips in $media (once) …"
  else
    say "there are no clips in $media (REELNODE_MEDIA names another folder):"
    say "making the benchmark's inputs from generated sources instead (once) …"
  fi
  rm -rf "$made" "$inputs"
  mkdir -p "$made"
  "${origin}_backgrounds" "$made"
  "${origin}_avatars" "$made"
  pictures "$made"
  printf '%s\n' "$inputs_version" >"$made/version"
  mv "$made" "$inputs"
}
