# shellcheck shell=bash
# The clips, pictures, voices and music of the demo film, all made here: drawings from demo-art.sh,
# moving colours and chords from ffmpeg's own sources, voices from espeak-ng.

# shellcheck source=Scripts/lib/demo-art.sh
. Scripts/lib/demo-art.sh

# draw FILE.png DRAWING ARGUMENT… — a drawing as PNG.
draw() {
  local file=$1
  shift
  "$@" >"${file%.png}.svg"
  ff -i "${file%.png}.svg" -frames:v 1 "$file"
  rm "${file%.png}.svg"
}

hd709='scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=limited'
h264=(-c:v libx264 -preset veryfast -crf 15 -pix_fmt yuv420p)

# speak FILE.wav VOICE SPEED PITCH TEXT — a voice in a small room, 48 kHz.
speak() {
  espeak-ng -v "$2" -s "$3" -p "$4" -a 160 -w "$1.raw.wav" -- "$5"
  ff -i "$1.raw.wav" -af 'silenceremove=start_periods=1:start_threshold=-50dB,areverse,silenceremove=start_periods=1:start_threshold=-50dB,areverse,highpass=90,equalizer=f=250:t=q:w=1:g=2,lowpass=7500,aecho=0.9:0.5:23|37:0.12|0.08,adelay=250:all=1,apad=pad_dur=0.35,aresample=48000,loudnorm=I=-18:TP=-2,aresample=48000' -ac 1 "$1"
  rm "$1.raw.wav"
  captions "$1" "$5" >"${1%.wav}.srt"
}

# captions SOUND TEXT — TEXT as SubRip: a caption for each sentence, timed by its share of the letters.
captions() {
  local length
  length=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$1")
  printf '%s\n' "$2" | sed 's/\([.!?]\) */\1\n/g' | awk -v length_="$length" '
    function stamp(t) { return sprintf("00:%02d:%02d,%03d", t / 60, t % 60, (t - int(t)) * 1000) }
    /./ { line[++n] = $0; letters += length($0) }
    END {
      # The voice begins after the pause that was put before it, and ends before the one behind.
      at = 0.25; rest = length_ - 0.6
      for (i = 1; i <= n; i++) {
        to = at + rest * length(line[i]) / letters
        printf "%d\n%s --> %s\n%s\n\n", i, stamp(at), stamp(to), line[i]
        at = to
      }
    }'
}

# mouth SOUND FPS — a line "MOUTH EYES" for each frame of picture: how wide the mouth is open (0…4, from
# the loudness of the voice), and whether the eyes are open (a blink now and then).
mouth() {
  ff -i "$1" -af "asetnsamples=n=$((48000 / $2)):p=0,astats=metadata=1:reset=1,ametadata=print:key=lavfi.astats.Overall.RMS_level:file=-" -f null - |
    awk -F = '/RMS_level/ { level = $2 == "-inf" ? -99 : $2 + 0
      want = level < -40 ? 0 : level < -28 ? 1 : level < -22 ? 2 : level < -18 ? 3 : 4
      if (want > now + 2) now += 2; else if (want < now - 1) now -= 1; else now = want
      n++; print now, (n % 83 >= 50 && n % 83 < 54) ? 0 : 1 }'
}

# talk DIRECTORY WHO SOUND — pictures of a head (PNG with alpha) that speaks, one for each 1/25 s.
talk() {
  local m e n=0
  mkdir -p "$1"
  for m in 0 1 2 3 4; do for e in 0 1; do draw "$1/head-$m-$e.png" "$2_head" "$m" "$e"; done; done
  draw "$1/body.png" "$2_body"
  while read -r m e; do
    ln -sf "head-$m-$e.png" "$1/$(printf 'frame-%04d.png' "$n")"
    n=$((n + 1))
  done < <(mouth "$3" 25)
}

# A slow tilt of the head, about the neck.
tilt="rotate=a='0.035*sin(2*PI*t/3.7)+0.02*sin(2*PI*t/1.9+1)':c=none"
head_of() { printf '%s\n' -framerate 25 -i "$1/frame-%04d.png" -i "$1/body.png"; }

# circle_avatar FILE.mp4 WHO SOUND: before a room, for a circle mask.
circle_avatar() {
  local dir=$1.d source
  talk "$dir" "$2" "$3"
  draw "$dir/room.png" "$2_room"
  mapfile -t source < <(head_of "$dir")
  ff "${source[@]}" -loop 1 -framerate 25 -i "$dir/room.png" -i "$3" -filter_complex \
    "[2]format=gbrp[room];[room][1]overlay=format=gbrp[a];[0]${tilt}[head];[a][head]overlay=format=gbrp:shortest=1,${hd709}[v]" \
    -map '[v]' -map 3:a "${h264[@]}" -c:a aac -b:a 160k -shortest "$1"
  rm -r "$dir"
}

# green_avatar FILE.mp4 WHO SOUND: before a green screen.
green_avatar() {
  local dir=$1.d source
  talk "$dir" "$2" "$3"
  mapfile -t source < <(head_of "$dir")
  ff "${source[@]}" -f lavfi -i color=0x00B140:s=720x720:r=25 -i "$3" -filter_complex \
    "[2]format=gbrp[green];[green][1]overlay=format=gbrp[a];[0]${tilt}[head];[a][head]overlay=format=gbrp:shortest=1,${hd709}[v]" \
    -map '[v]' -map 3:a "${h264[@]}" -c:a aac -b:a 160k -shortest "$1"
  rm -r "$dir"
}

# alpha_avatar FILE.webm WHO SOUND: nothing behind, VP9 with an alpha channel.
alpha_avatar() {
  local dir=$1.d source
  talk "$dir" "$2" "$3"
  mapfile -t source < <(head_of "$dir")
  ff "${source[@]}" -i "$3" -filter_complex \
    "[1]format=gbrap[body];[0]$tilt,format=gbrap[head];[body][head]overlay=format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuva420p[v]" \
    -map '[v]' -map 2:a -c:v libvpx-vp9 -auto-alt-ref 0 -crf 18 -b:v 0 -deadline realtime -cpu-used 5 -colorspace bt709 \
    -c:a libopus -b:a 96k -shortest "$1"
  rm -r "$dir"
}

# Northern lights: three slow waves of colour, computed small and made large, which keeps them smooth.
aurora() {
  ff -f lavfi -i "color=black:s=160x90:r=24:d=10,format=gbrp,geq=\
r='24+54*exp(-pow((Y/H-0.62-0.14*sin(X/W*4+2*PI*T/10)-0.05*sin(X/W*9-4*PI*T/10))*4.2,2))+120*exp(-pow((Y/H-0.98-0.08*sin(X/W*3-2*PI*T/10))*3,2))':\
g='26+150*exp(-pow((Y/H-0.40-0.13*sin(X/W*5-2*PI*T/10)-0.04*sin(X/W*11+4*PI*T/10))*4.6,2))+46*exp(-pow((Y/H-1.0)*3,2))':\
b='62+96*exp(-pow((Y/H-0.50-0.15*sin(X/W*4.4+2*PI*T/10+0.7))*3.4,2))+70*exp(-pow((Y/H-0.9)*3,2))'" \
    -vf "scale=1920:1080:flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p,noise=alls=2:allf=t,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=limited" \
    "${h264[@]}" "$1"
}

# travel FILE DRAWING PIXELS-A-SECOND FPS SECONDS — along a wide drawing.
travel() {
  draw "$1.png" "$2"
  ff -loop 1 -framerate "$4" -i "$1.png" -t "$5" -vf "crop=1920:1080:'$3*t':0,$hd709" "${h264[@]}" "$1"
  rm "$1.png"
}

# Sixteen seconds of music, four chords; it ends as it begins, to be looped.
music() {
  local i=0 a b c d parts=() inputs=''
  while read -r a b c d; do
    parts+=(-f lavfi -i "aevalsrc='\
0.07*(sin(2*PI*$a*t)+0.8*sin(2*PI*$b*t)+0.7*sin(2*PI*$c*t)+0.4*sin(2*PI*$a*2.003*t))*min(1,t*4)*min(1,(4-t)*4)\
+0.16*exp(-5*mod(t,0.5))*min(1,mod(t,0.5)*200)*sin(2*PI*t*if(mod(floor(t*2),2),if(mod(floor(t),2),$d*2,$b*2),if(mod(floor(t),2),$c*2,$a*2)))|\
0.07*(sin(2*PI*$a*1.002*t)+0.8*sin(2*PI*$b*0.998*t)+0.7*sin(2*PI*$c*1.001*t)+0.4*sin(2*PI*$b*2.003*t))*min(1,t*4)*min(1,(4-t)*4)\
+0.13*exp(-4*mod(t+0.25,0.5))*min(1,mod(t+0.25,0.5)*200)*sin(2*PI*t*if(mod(floor(t*2+0.5),2),$c*2,$b*4))':s=48000:d=4")
    inputs+="[$i]"
    i=$((i + 1))
  done <<'END'
130.81 164.81 196.00 261.63
110.00 130.81 164.81 220.00
87.31 130.81 174.61 220.00
98.00 123.47 146.83 196.00
END
  ff "${parts[@]}" -filter_complex "${inputs}concat=n=4:v=0:a=1,lowpass=5200,aecho=0.9:0.7:180|360|540:0.25|0.16|0.1,volume=0.9[a]" -map '[a]' -t 16 -c:a flac "$1"
}

# make_demo_assets DIRECTORY
make_demo_assets() {
  local d=$1
  say "  voices and music"
  speak "$d/ada-hello.wav" en-us+f4 162 58 "Hello, I am Ada. Reelnode put this film together, from one text file and a handful of clips."
  speak "$d/ada-still.wav" en-us+f4 162 58 "A single picture comes to life with a slow, smooth move. And while I speak, the music makes room."
  speak "$d/rivet.wav" en-gb+m3 160 32 "I am Rivet. I stood before a green screen. The green has gone, and so has its glow on my edges."
  speak "$d/ada-layers.wav" en-us+f4 162 58 "Pictures slide in, with round corners, borders and shadows. Lights are blended on top."
  speak "$d/ada-bye.wav" en-us+f4 162 58 "Change one scene, and only that one is rendered again. Now, make a film of your own!"
  music "$d/music.flac"
  say "  talking heads"
  circle_avatar "$d/ada.mp4" ada "$d/ada-hello.wav"
  green_avatar "$d/rivet.mp4" rivet "$d/rivet.wav"
  alpha_avatar "$d/ada.webm" ada "$d/ada-bye.wav"
  say "  backgrounds and pictures"
  aurora "$d/aurora.mp4"
  draw "$d/mountains.png" mountains
  travel "$d/town.mp4" town 60 30000/1001 10
  travel "$d/lights.mp4" lights 50 25 10
  draw "$d/vignette.png" vignette
  draw "$d/logo.png" logo
  rm "$d/ada-hello.wav" "$d/rivet.wav" "$d/ada-bye.wav"
}
