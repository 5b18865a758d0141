# shellcheck shell=bash
# The drawings of the demo film, as SVG on standard output. Every one is made here, from nothing.

svg() { # WIDTH HEIGHT — the drawing's head; the body follows on standard input
  printf '<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s">\n' "$1" "$2" "$1" "$2"
  cat
  printf '</svg>\n'
}

# Ada, a presenter: 720 x 720. Her head is drawn apart from her shoulders, so that it can tilt.
ada_body() {
  svg 720 720 <<'END'
<defs>
  <linearGradient id="coat" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2fc7b5"/><stop offset="1" stop-color="#12827f"/></linearGradient>
  <linearGradient id="skin" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e2a37f"/><stop offset="1" stop-color="#f2bd99"/></linearGradient>
</defs>
<path d="M258 236 C190 300 176 470 206 560 L514 560 C544 470 530 300 462 236 Z" fill="#4a2740"/>
<path d="M60 720 C70 590 190 552 280 540 L440 540 C530 552 650 590 660 720 Z" fill="url(#coat)"/>
<path d="M292 440 h136 v92 c0 54 -136 54 -136 0 Z" fill="url(#skin)"/>
<path d="M262 542 C300 640 420 640 458 542 L430 530 C420 600 300 600 290 530 Z" fill="#eafaf6"/>
<path d="M196 640 C190 670 188 700 188 720 M524 640 C530 670 532 700 532 720" stroke="#0c6a6a" stroke-width="5" fill="none" stroke-linecap="round" opacity=".6"/>
END
}

# ada_head MOUTH EYES — mouth 0 (closed) to 4 (wide open), eyes 0 (closed) or 1 (open).
ada_head() {
  local mouth eyes open
  open=$(($1 * 11))
  if (($1 == 0)); then
    mouth='<path d="M318 428 Q360 456 402 428" stroke="#9c3b4a" stroke-width="8" fill="none" stroke-linecap="round"/>'
  else
    mouth="<clipPath id=\"m\"><path d=\"M$((318 - $1)) 424 Q360 $((426 - $1 * 2)) $((402 + $1)) 424 Q$((396 + $1)) $((438 + open)) 360 $((440 + open)) Q$((324 - $1)) $((438 + open)) $((318 - $1)) 424 Z\"/></clipPath>
      <g clip-path=\"url(#m)\"><rect x=\"300\" y=\"400\" width=\"120\" height=\"120\" fill=\"#7a2335\"/><rect x=\"300\" y=\"400\" width=\"120\" height=\"$((30 + $1))\" fill=\"#fffaf4\"/>
      <ellipse cx=\"360\" cy=\"$((452 + open))\" rx=\"36\" ry=\"$((14 + $1 * 3))\" fill=\"#e8707c\"/></g>"
  fi
  if (($2)); then
    eyes='<g id="e"><ellipse cx="292" cy="338" rx="25" ry="28" fill="#fffdfa"/><circle cx="295" cy="340" r="17" fill="#2b6f6f"/><circle cx="295" cy="340" r="9" fill="#17233a"/><circle cx="302" cy="332" r="6" fill="#fff"/>
      <path d="M264 326 Q290 302 320 324" stroke="#3b1f33" stroke-width="7" fill="none" stroke-linecap="round"/>
      <ellipse cx="428" cy="338" rx="25" ry="28" fill="#fffdfa"/><circle cx="425" cy="340" r="17" fill="#2b6f6f"/><circle cx="425" cy="340" r="9" fill="#17233a"/><circle cx="432" cy="332" r="6" fill="#fff"/>
      <path d="M400 324 Q430 302 456 326" stroke="#3b1f33" stroke-width="7" fill="none" stroke-linecap="round"/></g>'
  else
    eyes='<path d="M266 342 Q292 360 318 342 M402 342 Q428 360 454 342" stroke="#3b1f33" stroke-width="7" fill="none" stroke-linecap="round"/>'
  fi
  svg 720 720 <<END
<defs>
  <radialGradient id="face" cx=".45" cy=".35" r=".8"><stop offset="0" stop-color="#ffdcc0"/><stop offset="1" stop-color="#efb28c"/></radialGradient>
  <linearGradient id="hair" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#7b4263"/><stop offset="1" stop-color="#45223b"/></linearGradient>
</defs>
<circle cx="360" cy="118" r="58" fill="url(#hair)"/>
<path d="M196 350 C176 180 270 122 360 122 C450 122 544 180 524 350 C520 400 500 420 488 430 L232 430 C220 420 200 400 196 350 Z" fill="url(#hair)"/>
<ellipse cx="218" cy="366" rx="22" ry="32" fill="#efb28c"/><ellipse cx="502" cy="366" rx="22" ry="32" fill="#efb28c"/>
<circle cx="216" cy="404" r="9" fill="#ffd166"/><circle cx="504" cy="404" r="9" fill="#ffd166"/>
<path d="M222 320 C222 220 290 190 360 190 C430 190 498 220 498 320 C498 430 430 500 360 500 C290 500 222 430 222 320 Z" fill="url(#face)"/>
<path d="M214 330 C216 240 262 210 300 222 C350 236 420 236 452 196 C496 230 506 280 506 330 C516 230 480 158 360 158 C250 158 204 230 214 330 Z" fill="url(#hair)"/>
<path d="M262 292 Q290 272 320 288 M400 288 Q430 272 458 292" stroke="#5a2f49" stroke-width="9" fill="none" stroke-linecap="round"/>
<ellipse cx="262" cy="404" rx="28" ry="17" fill="#ff8a80" opacity=".38"/><ellipse cx="458" cy="404" rx="28" ry="17" fill="#ff8a80" opacity=".38"/>
<path d="M352 352 Q342 388 362 390" stroke="#d98f6c" stroke-width="6" fill="none" stroke-linecap="round"/>
$eyes
$mouth
END
}

# The room behind her.
ada_room() {
  svg 720 720 <<'END'
<defs><radialGradient id="r" cx=".35" cy=".25" r="1"><stop offset="0" stop-color="#ffe3c2"/><stop offset=".55" stop-color="#ffb4a2"/><stop offset="1" stop-color="#b5838d"/></radialGradient></defs>
<rect width="720" height="720" fill="url(#r)"/>
<circle cx="590" cy="130" r="190" fill="#fff" opacity=".12"/><circle cx="90" cy="560" r="230" fill="#6d597a" opacity=".14"/>
END
}

# Rivet, a robot: 720 x 720, to stand before a green screen.
rivet_body() {
  svg 720 720 <<'END'
<defs><linearGradient id="b" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f6f7fb"/><stop offset="1" stop-color="#a9b1cc"/></linearGradient></defs>
<rect x="322" y="490" width="76" height="80" rx="16" fill="#7d86a8"/><path d="M322 512 h76 M322 532 h76" stroke="#5b6385" stroke-width="6"/>
<path d="M110 720 C110 610 180 556 280 556 L440 556 C540 556 610 610 610 720 Z" fill="url(#b)"/>
<circle cx="360" cy="650" r="38" fill="#2b3153"/><circle cx="360" cy="650" r="24" fill="#ff6b6b"/><circle cx="352" cy="642" r="8" fill="#ffd0cc"/>
<circle cx="196" cy="650" r="12" fill="#8a93b5"/><circle cx="524" cy="650" r="12" fill="#8a93b5"/>
END
}

rivet_head() {
  local bars='' i height eyes
  for i in 0 1 2 3 4 5 6; do
    height=$((10 + $1 * (i % 2 ? 13 : 8) * (4 - (i > 3 ? i - 3 : 3 - i)) / 3))
    bars+="<rect x=\"$((258 + i * 31))\" y=\"$((424 - height / 2))\" width=\"18\" height=\"$height\" rx=\"7\" fill=\"#cfd8ff\"/>"
  done
  if (($2)); then
    eyes='<rect x="256" y="292" width="52" height="64" rx="26" fill="#cfd8ff"/><rect x="412" y="292" width="52" height="64" rx="26" fill="#cfd8ff"/><circle cx="292" cy="312" r="9" fill="#fff"/><circle cx="448" cy="312" r="9" fill="#fff"/>'
  else
    eyes='<rect x="254" y="324" width="56" height="10" rx="5" fill="#cfd8ff"/><rect x="410" y="324" width="56" height="10" rx="5" fill="#cfd8ff"/>'
  fi
  svg 720 720 <<END
<defs>
  <linearGradient id="h" x1="0" y1="0" x2=".3" y2="1"><stop offset="0" stop-color="#ffffff"/><stop offset="1" stop-color="#b4bbd6"/></linearGradient>
  <linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2c3566"/><stop offset="1" stop-color="#161b3a"/></linearGradient>
</defs>
<path d="M360 190 V132" stroke="#8a93b5" stroke-width="12" stroke-linecap="round"/><circle cx="360" cy="118" r="24" fill="#ff6b6b"/><circle cx="352" cy="110" r="8" fill="#ffd0cc"/>
<rect x="132" y="290" width="60" height="120" rx="26" fill="#8a93b5"/><rect x="528" y="290" width="60" height="120" rx="26" fill="#8a93b5"/>
<rect x="164" y="186" width="392" height="326" rx="96" fill="url(#h)"/>
<rect x="204" y="236" width="312" height="236" rx="66" fill="url(#s)"/>
<path d="M232 262 Q300 244 380 246" stroke="#fff" stroke-width="10" fill="none" stroke-linecap="round" opacity=".18"/>
$eyes
$bars
END
}

# A lake in the evening, larger than the film, to be moved over.
mountains() {
  svg 2880 1620 <<'END'
<defs>
  <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2d5b"/><stop offset=".35" stop-color="#7b4b84"/><stop offset=".62" stop-color="#f08a7a"/><stop offset=".8" stop-color="#ffd6a0"/></linearGradient>
  <linearGradient id="lake" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#f7b08d"/><stop offset=".4" stop-color="#a9668c"/><stop offset="1" stop-color="#232450"/></linearGradient>
  <radialGradient id="glow"><stop offset="0" stop-color="#fff6d8"/><stop offset=".18" stop-color="#ffe6ae" stop-opacity=".9"/><stop offset="1" stop-color="#ffb27d" stop-opacity="0"/></radialGradient>
  <linearGradient id="m1" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#9a5f8f"/><stop offset="1" stop-color="#f2a08e"/></linearGradient>
  <linearGradient id="m2" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#6a4379"/><stop offset="1" stop-color="#c07890"/></linearGradient>
  <linearGradient id="m3" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#3b2c5c"/><stop offset="1" stop-color="#754a7d"/></linearGradient>
</defs>
<rect width="2880" height="1620" fill="url(#sky)"/>
<g fill="#fff"><circle cx="320" cy="180" r="4" opacity=".8"/><circle cx="690" cy="110" r="3" opacity=".7"/><circle cx="1120" cy="210" r="4" opacity=".6"/><circle cx="1530" cy="90" r="3" opacity=".8"/><circle cx="2210" cy="160" r="4" opacity=".8"/><circle cx="2610" cy="260" r="3" opacity=".6"/><circle cx="2480" cy="90" r="3" opacity=".7"/><circle cx="150" cy="370" r="3" opacity=".5"/></g>
<circle cx="1840" cy="930" r="620" fill="url(#glow)"/><circle cx="1840" cy="930" r="110" fill="#fff6dc"/>
<g fill="#fff3e6" opacity=".35"><ellipse cx="620" cy="520" rx="420" ry="26"/><ellipse cx="820" cy="556" rx="300" ry="20"/><ellipse cx="2330" cy="440" rx="360" ry="24"/><ellipse cx="2160" cy="480" rx="220" ry="16"/></g>
<path d="M0 980 L260 800 L420 880 L700 610 L860 760 L1010 690 L1290 940 L1480 860 L1700 980 L1980 780 L2200 900 L2430 700 L2640 850 L2880 740 V1160 H0 Z" fill="url(#m1)"/>
<path d="M700 610 L640 700 L690 690 L720 730 L760 680 L800 704 Z M2430 700 L2372 770 L2420 760 L2452 792 L2490 752 Z" fill="#ffe3d3" opacity=".75"/>
<path d="M0 1060 L200 930 L420 1050 L640 890 L930 1080 L1180 980 L1420 1090 H2050 L2280 930 L2480 1040 L2700 900 L2880 1010 V1180 H0 Z" fill="url(#m2)"/>
<path d="M0 1130 C300 1040 520 1060 800 1150 L1020 1170 H1900 C2200 1100 2500 1020 2880 1090 V1200 H0 Z" fill="url(#m3)"/>
<rect y="1170" width="2880" height="450" fill="url(#lake)"/>
<g fill="#fff1cf"><rect x="1700" y="1184" width="280" height="8" rx="4" opacity=".9"/><rect x="1740" y="1214" width="210" height="8" rx="4" opacity=".75"/><rect x="1680" y="1248" width="300" height="9" rx="4" opacity=".6"/><rect x="1760" y="1288" width="170" height="9" rx="4" opacity=".5"/><rect x="1700" y="1334" width="260" height="10" rx="5" opacity=".38"/><rect x="1740" y="1390" width="190" height="10" rx="5" opacity=".28"/><rect x="1690" y="1452" width="280" height="11" rx="5" opacity=".2"/></g>
<g stroke="#ffd9c2" stroke-width="5" stroke-linecap="round" opacity=".28"><path d="M240 1260 h330 M720 1320 h240 M120 1400 h410 M2240 1290 h300 M2380 1380 h340 M980 1460 h300"/></g>
<path d="M0 1620 V1400 C120 1380 220 1430 330 1500 C430 1560 560 1600 700 1620 Z M2880 1620 V1360 C2740 1380 2620 1450 2520 1520 C2440 1580 2380 1600 2300 1620 Z" fill="#191738"/>
<g stroke="#191738" stroke-width="10" stroke-linecap="round"><path d="M130 1450 V1180 M2760 1450 V1200"/></g>
<g fill="#191738"><path d="M130 1130 l46 150 h-92 Z M130 1190 l62 160 h-124 Z M130 1260 l74 160 h-148 Z M2760 1140 l46 150 h-92 Z M2760 1200 l62 160 h-124 Z M2760 1270 l74 160 h-148 Z"/></g>
<g stroke="#34264f" stroke-width="7" fill="none" stroke-linecap="round"><path d="M1180 560 q26 -26 50 0 q24 -26 50 0 M1320 640 q20 -20 38 0 q18 -20 38 0 M1080 650 q18 -18 34 0 q16 -18 34 0"/></g>
END
}

# A town at night, wide enough to travel along it: 3200 x 1080.
town() {
  svg 3200 1080 < <(
    cat <<'END'
<defs>
  <linearGradient id="n" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#101436"/><stop offset=".6" stop-color="#3d2f78"/><stop offset="1" stop-color="#b0568f"/></linearGradient>
  <linearGradient id="far" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#3a3475"/><stop offset="1" stop-color="#6d4488"/></linearGradient>
  <linearGradient id="near" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1d1f4b"/><stop offset="1" stop-color="#12132f"/></linearGradient>
  <radialGradient id="moon"><stop offset="0" stop-color="#fff7e0"/><stop offset=".3" stop-color="#ffeec2" stop-opacity=".5"/><stop offset="1" stop-color="#ffd9a0" stop-opacity="0"/></radialGradient>
</defs>
<rect width="3200" height="1080" fill="url(#n)"/>
<circle cx="2100" cy="250" r="300" fill="url(#moon)"/><circle cx="2100" cy="250" r="84" fill="#fff7e0"/>
END
    awk 'function r() { seed = seed * 16807 % 2147483647; return seed / 2147483647 } BEGIN {
      seed = 11
      for (i = 0; i < 130; i++) printf "<circle cx=\"%d\" cy=\"%d\" r=\"%.1f\" fill=\"#fff\" opacity=\"%.2f\"/>\n", r() * 3200, r() * 520, 1 + r() * 1.6, .3 + r() * .6
      for (x = -40; x < 3200; x += w + 14) { w = 90 + int(r() * 110); h = 260 + int(r() * 330)
        printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"url(#far)\"/>\n", x, 1080 - h, w, h }
      split("#ffd166 #ffb86b #ffe9b0 #8be9fd", lamp, " ")
      for (x = -60; x < 3200; x += w + 26) { w = 130 + int(r() * 130); h = 200 + int(r() * 300); top = 1080 - h
        printf "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"url(#near)\"/>\n", x, top, w, h
        for (y = top + 26; y < 1050; y += 44) for (u = x + 20; u < x + w - 34; u += 36) if (r() < .42)
          printf "<rect x=\"%d\" y=\"%d\" width=\"18\" height=\"24\" rx=\"3\" fill=\"%s\" opacity=\"%.2f\"/>\n", u, y, lamp[1 + int(r() * 4)], .55 + r() * .45 }
    }'
  )
}

# Soft lights on black, for a layer that is blended over the picture; wide, to drift: 2880 x 1080.
lights() {
  svg 2880 1080 < <(
    printf '<rect width="2880" height="1080" fill="#000"/>\n'
    awk 'function r() { seed = seed * 16807 % 2147483647; return seed / 2147483647 } BEGIN {
      seed = 5; split("#ffb347 #ff6b9d #7dd3fc #c4b5fd #fde68a", c, " ")
      for (i = 1; i <= 5; i++) printf "<radialGradient id=\"g%d\"><stop offset=\"0\" stop-color=\"%s\" stop-opacity=\".55\"/><stop offset=\".82\" stop-color=\"%s\" stop-opacity=\".38\"/><stop offset=\"1\" stop-color=\"%s\" stop-opacity=\"0\"/></radialGradient>\n", i, c[i], c[i], c[i]
      for (i = 0; i < 44; i++) printf "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" fill=\"url(#g%d)\" opacity=\"%.2f\"/>\n", r() * 2880, r() * 1080, 30 + r() ^ 2 * 130, 1 + int(r() * 5), .25 + r() * .6
    }'
  )
}

# Dark corners, for a layer that is multiplied with the picture.
vignette() {
  svg 1920 1080 <<'END'
<defs><radialGradient id="v" cx=".5" cy=".46" r=".78"><stop offset=".45" stop-color="#fff"/><stop offset="1" stop-color="#4b4470"/></radialGradient></defs>
<rect width="1920" height="1080" fill="url(#v)"/>
END
}

# The mark: a reel whose holes are nodes of a ring.
logo() {
  svg 600 600 <<'END'
<defs>
  <linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#ffd166"/><stop offset=".5" stop-color="#ff6b6b"/><stop offset="1" stop-color="#9b5de5"/></linearGradient>
</defs>
<circle cx="300" cy="300" r="270" fill="url(#a)"/>
<circle cx="300" cy="300" r="168" fill="none" stroke="#fff" stroke-width="14" opacity=".9"/>
<g fill="#fff"><circle cx="300" cy="132" r="50"/><circle cx="459.8" cy="248.100" r="50"/><circle cx="398.700" cy="435.900" r="50"/><circle cx="201.300" cy="435.900" r="50"/><circle cx="140.200" cy="248.100" r="50"/></g>
<path d="M266 234 L372 300 L266 366 Z" fill="#fff" stroke="#fff" stroke-width="18" stroke-linejoin="round"/>
END
}
