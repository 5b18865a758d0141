/// Words that say nothing of a text's subject.
enum StopWords {
  static func contains(_ word: String) -> Bool { words.contains(word) }

  private static let words: Set<String> = Set(
    (english + " " + korean + " " + others).split(separator: " ").map(String.init))

  private static let english = """
    a about above across after again against all almost alone along already also although always am among an and another any \
    are around as at away back be became because become been before behind being below between both but by came can cannot \
    come comes could did do does doing done down during each either else enough even ever every few first for from further \
    gave get gets give given gives go goes going got had half has have having he her here hers him his how however i if in \
    instead into is it its itself just keep kept last later least less let like little long made make makes making many may \
    me mean means might more most much must my near nearly need needs neither never new next no nor not nothing now of off \
    often on once one only onto or other others our out over own part per perhaps place put quite rather reach reaches \
    really said same say says see seen set several shall she should show shows since so some something soon still such take \
    taken takes tell than that the their them themselves then there therefore these they thing things this those though \
    three through thus to together too toward towards turn turns two under until up upon us use used uses using usually \
    very was way ways we well went were what when where whether which while who whole whom whose why will with within \
    without would yet you your four five six seven eight nine ten hundred thousand million kind sort bring brings carry \
    carries run runs begin begins known called it's don't can't isn't ago today able \
    cover stand lie push raise travel cross rise fall drive pull stay eat break borrow tread flow move grow hold lift fill start \
    stop help work live follow leave try ask seem feel become happen change play believe allow add spend open close walk win offer \
    remember consider appear buy wait serve die send expect build remain suggest raise pass sell require report decide return \
    explain hope develop create include provide produce support learn lead understand watch speak read write lose pay meet \
    near far ahead warm away whoever entire high low long short good better best bad old young large small great big full empty \
    right left early late hour day week month year time times minute second number part half third percent per lightly exactly
    """
  private static let korean = """
    그 이 저 것 수 등 및 또 또는 그리고 그러나 하지만 그래서 따라서 때문 때문에 위해 위한 통해 대한 대해 대하여 관한 있다 있는 \
    있습니다 있어 있으며 없다 없는 없습니다 한다 하는 하고 하며 하여 해서 합니다 했다 했습니다 된다 되는 되어 되며 됩니다 됐다 이다 \
    입니다 아니다 아닌 아니라 같은 같이 같다 다른 모든 여러 매우 아주 더 가장 많은 많이 큰 작은 우리 우리는 이런 그런 저런 어떤 \
    이것 그것 이것은 그것은 여기 거기 지금 다시 이미 아직 바로 함께 약 중 안 밖 위 아래 앞 뒤 때 곳 점 년 월 일 번 개 명 두 세 \
    네 한 하나 둘 셋 만약 비록 즉 예를 들어 들면 이렇게 그렇게 어떻게 왜 무엇 누구 언제 어디 자주 항상 늘 모두 각각 서로 보다 \
    않는다 않는 않고 않습니다 않은 못한다 못하는 데 뿐 채 만큼 정도 이상 이하 이후 이전 동안 사이 하루 오늘 내일 어제 바로 \
    대부분 오히려 곳 깊은 넓은 높은 낮은 그대로 이토록 한순간 밤낮 번 배 분 넓이 팔백 사람 가까이 만든다 만들어 만듭니다 만드는 나온다 나옵니다 나오는 보인다 쓰인다 쓰입니다 필요 필요하다 필요합니다 가능 훨씬
    """
  private static let others = """
    der die das und ist nicht ein eine zu den mit von für auf dem sich auch wird im werden le la les et est des une un du \
    dans que pour qui sur au avec pas sont ce il el los las es en por con para del se como más su il che di per non gli nel \
    o os as é em uma com não do da dos de het een van dat niet op te zijn voor met aan ook bij
    """
}
