internal import Foundation

/// What a scene is about, as far as its picture goes.
enum Topic: String, CaseIterable {
  case sea, nature, money, growth, health, technology, education, city, space, energy, food
  case security, people, time, data, travel, ideas, general

  /// The topic whose words are found most, earlier and more telling words counting more; `general` when there are none.
  init(keywords: [String], title: String, prompt: String) {
    var scores: [Topic: Int] = [:]
    func count(_ text: String, _ weight: Int) {
      for word in StockWords.of(text) {
        for topic in Topic.allCases {
          if topic.names(word) { scores[topic, default: 0] += weight }
        }
      }
    }
    for keyword in keywords.prefix(40) { count(keyword, 4) }
    count(title, 5)
    count(String(prompt.prefix(600)), 1)
    let best = Topic.allCases.max {
      let (first, second) = (scores[$0] ?? 0, scores[$1] ?? 0)
      // Of equals the one that comes first.
      return first < second || first == second && $0.order > $1.order
    }
    self = best.flatMap { (scores[$0] ?? 0) > 0 ? $0 : nil } ?? .general
  }

  private var order: Int { Topic.allCases.firstIndex(of: self) ?? 0 }

  /// Words of English are met whole or with a usual ending, those of Korean with what is hung on to a noun.
  private func names(_ word: String) -> Bool {
    let isHangul = word.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
    if isHangul {
      return Self.korean[self]?.contains { noun in
        guard word.hasPrefix(noun) else { return false }
        // One syllable begins too many other words.
        return noun.count > 1 || Self.particles.contains(String(word.dropFirst(noun.count)))
      } ?? false
    }
    guard let words = Self.english[self] else { return false }
    if words.contains(word) { return true }
    for ending in ["s", "es", "ing", "ed", "al", "ers", "er"]
    where word.count > ending.count + 2 && word.hasSuffix(ending) {
      if words.contains(String(word.dropLast(ending.count))) { return true }
    }
    return word.hasSuffix("ies") && words.contains(word.dropLast(3) + "y")
  }

  private static let particles = words("은 는 이 가 을 를 의 에 도 로 와 과 만 들 에서 으로 이나 부터 까지").union([""])

  private static func words(_ text: String) -> Set<String> {
    Set(text.split(separator: " ").map(String.init))
  }

  private static let english: [Topic: Set<String>] = [
    .sea: words(
      "sea ocean water wave coast beach harbor harbour ship boat marine tide island river lake fish fishing port surf rain flood sail swim"
    ),
    .nature: words(
      "nature forest tree plant garden green environment climate wildlife animal bird mountain hill earth soil leaf flower season spring ecology sustainable sustainability park weather landscape carbon recycle biodiversity farm field"
    ),
    .money: words(
      "money finance financial bank banking budget cost price pay payment saving invest investment investor fund cash currency tax loan revenue income dollar euro profit economy economic wealth salary insurance fee trade stock"
    ),
    .growth: words(
      "growth grow increase rise result performance goal target success strategy progress improve improvement sales market marketing business quarter forecast trend scale expansion plan milestone achievement record metric kpi productivity startup"
    ),
    .health: words(
      "health healthy medicine medical doctor hospital patient care nurse clinic wellness fitness body heart therapy treatment disease vaccine drug sleep mental exercise safety hygiene pharmacy cell biology"
    ),
    .technology: words(
      "technology tech software computer code programming developer ai artificial intelligence machine robot automation digital device chip hardware app application api server system engineering engineer internet online mobile phone electronics processor pipeline release platform tool workflow video film media render"
    ),
    .education: words(
      "education learn learning school student teacher teach university course class lesson training book read reading study knowledge skill library exam academic lecture workshop tutorial language guide introduction onboarding"
    ),
    .city: words(
      "city town urban street building house housing home apartment architecture construction road office company corporate headquarters real estate neighborhood neighbourhood traffic infrastructure bridge metro municipal"
    ),
    .space: words(
      "space star planet moon galaxy universe rocket satellite orbit astronaut astronomy science scientific physics research mission cosmos mars telescope experiment laboratory lab"
    ),
    .energy: words(
      "energy power electric electricity solar wind turbine battery fuel gas oil grid nuclear renewable charge charging heat heating lighting sun emission"
    ),
    .food: words(
      "food eat meal restaurant cook cooking kitchen recipe fruit vegetable coffee tea drink wine bread taste nutrition diet chef menu rice bakery dinner lunch breakfast"
    ),
    .security: words(
      "security secure safe privacy protect protection password encryption encrypt attack hacker threat risk compliance law legal policy regulation audit firewall fraud permission access police defense defence"
    ),
    .people: words(
      "people person team community family child children woman women man men customer user employee worker member partner together collaboration collaborate meeting culture diversity hiring human social group society friend volunteer manager leader leadership staff"
    ),
    .time: words(
      "time clock hour minute second day week month year history schedule deadline calendar future past timeline wait fast speed quick delay moment decade century age now today tomorrow"
    ),
    .data: words(
      "data database analytics analysis statistic statistics number chart graph table report dashboard information cloud storage network connection connect model algorithm metric survey queue event stream log node cluster"
    ),
    .travel: words(
      "travel trip journey flight airplane plane airport hotel tourism tourist vacation holiday map destination adventure passport world global international country delivery logistics transport shipping mail message letter send"
    ),
    .ideas: words(
      "idea creative creativity design art artist innovation innovate imagination inspire inspiration concept vision dream brand music play game story culture question answer thinking solution problem brainstorm"
    ),
  ]

  private static let korean: [Topic: Set<String>] = [
    .sea: words("바다 해양 물 파도 해변 해안 항구 배 섬 강 호수 물고기 어업 비 홍수 수영"),
    .nature: words("자연 숲 나무 식물 정원 환경 기후 동물 새 산 지구 흙 꽃 계절 봄 생태 친환경 공원 날씨 탄소 재활용 농업 농장"),
    .money: words("돈 금융 은행 예산 비용 가격 결제 저축 투자 기금 현금 통화 세금 대출 수익 소득 이익 경제 급여 보험 무역 주식 재무"),
    .growth: words("성장 증가 상승 결과 성과 목표 성공 전략 발전 개선 매출 판매 시장 마케팅 사업 분기 전망 추세 확대 계획 실적 지표 생산성 창업"),
    .health: words("건강 의료 의학 의사 병원 환자 간호 치료 질병 백신 약 운동 수면 정신 심장 몸 복지 위생 생물 세포"),
    .technology: words(
      "기술 소프트웨어 컴퓨터 코드 프로그래밍 개발 인공지능 기계 로봇 자동화 디지털 기기 반도체 하드웨어 앱 서버 시스템 엔지니어 인터넷 온라인 모바일 휴대폰 전자 플랫폼 도구 영상 비디오"
    ),
    .education: words("교육 학습 학교 학생 선생 교사 대학 강의 수업 훈련 책 읽기 공부 지식 도서관 시험 강좌 배우 안내 소개 언어"),
    .city: words("도시 마을 거리 건물 집 주택 아파트 건축 건설 도로 사무실 회사 기업 본사 부동산 교통 다리 지하철"),
    .space: words("우주 별 행성 달 은하 로켓 위성 궤도 천문 과학 물리 연구 실험 망원경 화성"),
    .energy: words("에너지 전력 전기 태양 풍력 터빈 배터리 연료 가스 석유 원자력 재생 충전 열 난방 조명"),
    .food: words("음식 식사 식당 요리 주방 조리 과일 채소 커피 차 음료 빵 맛 영양 메뉴 쌀 밥 점심 저녁 아침"),
    .security: words("보안 안전 개인정보 보호 비밀번호 암호 공격 해커 위협 위험 법 정책 규제 감사 방화벽 사기 권한 접근 경찰"),
    .people: words("사람 팀 공동체 커뮤니티 가족 아이 어린이 여성 남성 고객 사용자 직원 회원 협력 협업 회의 문화 채용 인간 사회 친구 봉사 함께 동료"),
    .time: words("시간 시계 분 초 하루 주 달력 역사 일정 마감 미래 과거 속도 빠른 지연 순간 시대 오늘 내일"),
    .data: words("데이터 자료 분석 통계 숫자 차트 그래프 표 보고서 정보 클라우드 저장 네트워크 연결 모델 알고리즘 설문 대시보드"),
    .travel: words("여행 비행 비행기 공항 호텔 관광 휴가 지도 목적지 모험 여권 세계 글로벌 국제 배송 물류 운송 편지 메시지"),
    .ideas: words("아이디어 창의 디자인 예술 미술 혁신 상상 영감 개념 비전 꿈 브랜드 음악 놀이 게임 이야기 질문 해결 문제"),
  ]

  /// Hues in OKLCH degrees of the ground and of what stands out from it.
  var hues: (ground: Double, accent: Double) {
    switch self {
    case .sea: (235, 195)
    case .nature: (155, 110)
    case .money: (175, 90)
    case .growth: (265, 160)
    case .health: (190, 20)
    case .technology: (275, 220)
    case .education: (250, 75)
    case .city: (270, 65)
    case .space: (285, 330)
    case .energy: (245, 85)
    case .food: (48, 85)
    case .security: (255, 190)
    case .people: (335, 60)
    case .time: (300, 65)
    case .data: (240, 180)
    case .travel: (225, 55)
    case .ideas: (320, 80)
    case .general: (260, 200)
    }
  }

  /// Motifs that show it, the best first.
  var motifs: [MotifKind] {
    switch self {
    case .sea: [.waves, .bubbles, .ribbons]
    case .nature: [.hills, .leaves, .turbines]
    case .money: [.growth, .rings, .ribbons]
    case .growth: [.growth, .ribbons, .planes]
    case .health: [.leaves, .bubbles, .people]
    case .technology: [.circuit, .network, .rings]
    case .education: [.planes, .people, .ribbons]
    case .city: [.skyline, .network, .hills]
    case .space: [.orbits, .rings, .network]
    case .energy: [.turbines, .rings, .hills]
    case .food: [.bubbles, .leaves, .ribbons]
    case .security: [.shield, .circuit, .network]
    case .people: [.people, .network, .bubbles]
    case .time: [.clock, .orbits, .ribbons]
    case .data: [.network, .growth, .circuit]
    case .travel: [.planes, .hills, .skyline]
    case .ideas: [.bubbles, .planes, .ribbons]
    case .general: [.ribbons, .bubbles, .rings]
    }
  }
}
