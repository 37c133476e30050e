/**
 * Functions of Effect and of the framework by what calling them does at once. Only what stands here may be left out of a
 * stage's code where nothing uses its result; the names are those of the pinned versions.
 */

/** The words of a text. */
export const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/))

/** They keep what they are given and call none of it, nor does calling what they return (for those in two steps). */
const keeping: Readonly<Record<string, ReadonlySet<string>>> = {
  Schema: words(`annotate annotateEncoded annotateKey brand catchDecoding catchDecodingWithContext catchEncoding
    catchEncodingWithContext check decodeTo encodeTo encodeKeys extendTo fieldsAssign flip fromJsonString instanceOf
    isAscii isBase64 isBase64Url isBetween isBetweenLength isBetweenSize isCapitalized isEndingWith isFinite isGUID
    isGreaterThan isGreaterThanOrEqualTo isIncluding isInt isInt32 isLessThan isLessThanOrEqualTo isLowercased isMaxLength
    isMaxSize isMinLength isMinSize isMultipleOf isNonEmpty isPattern isStartingWith isTrimmed isULID isUUID isUint32
    isUncapitalized isUnique isUppercased makeFilter makeFilterGroup mutable mutableKey optional optionalKey readonlyKey
    refine required requiredKey suspend tag tagDefaultOmit toCodecJson toEncoded toType withConstructorDefault
    withDecodingDefault withDecodingDefaultKey withDecodingDefaultType withDecodingDefaultTypeKey
    Array ArrayEnsure Struct Union Literal Literals Tuple TupleWithRest StructWithRest Record TaggedStruct TaggedUnion
    Class TaggedClass Error TaggedError Opaque NullOr UndefinedOr NullishOr Option OptionFromNullOr NonEmptyArray
    UniqueArray Enum TemplateLiteral ReadonlyMap ReadonlySet HashMap HashSet Chunk Redacted Exit Result Cause Defect
    mapFields pick omit`),
  Effect: words(`acquireRelease acquireUseRelease all andThen annotateLogs annotateSpans as asSome asVoid bind bindTo
    callback catch catchCause catchDefect catchFilter catchIf catchTag catchTags delay die ensuring eventually exit fail
    failCause failCauseSync failSync filterOrElse filterOrFail firstSuccessOf flatMap flatten flip fn fnUntraced forEach
    forever forkChild forkDetach forkIn forkScoped fromOption fromResult gen ignore ignoreCause interruptible let log
    logDebug logError logFatal logInfo logTrace logWarning map mapBoth mapError match matchCause matchEffect onError onExit
    onInterrupt option orDie orElseSucceed partition promise provide provideContext provideService race raceAll reduce
    repeat replicate result retry retryOrElse sandbox schedule scoped service sleep succeed succeedNone succeedSome suspend
    sync tap tapCause tapDefect tapError tapErrorTag timed timeout timeoutOption timeoutOrElse try tryPromise
    uninterruptible updateService validate when whileLoop withSpan zip zipWith`),
  Layer: words(`catch catchCause catchTag effect effectContext effectDiscard empty flatMap fresh merge mergeAll orDie
    provide provideMerge succeed succeedContext suspend sync syncContext tap tapError unwrap`),
  Context: words("Service Reference add empty make merge mergeAll"),
  Config:
    words(`all fail flatMap map mapEffect nested option orElse schema succeed unwrap withDefault Array Boolean Branded
    Date Duration Finite Int Literal Literals LogLevel NonEmptyString Number Option Port Record Redacted String Struct Url URL`),
  Schedule: words(`addDelay concat cron duration during exponential fibonacci fixed forever identity jittered map
    modifyDelay passthrough recurs spaced tap upTo while windowed`),
  Stream: words(
    "die empty fail filter flatMap fromArray fromEffect fromIterable make map mapEffect merge never range succeed sync take tap unwrap"
  ),
  Data: words("Class Error TaggedClass TaggedEnum TaggedError taggedEnum"),
  Duration: words("days fromInput hours infinity max micros millis min minutes nanos seconds sum times weeks"),
  Option: words("none some fromNullishOr fromNullOr fromUndefinedOr liftThrowable"),
  Result: words("fail succeed failVoid void"),
  Redacted: words("make"),
  Brand: words("nominal"),
  Stage: words("make command"),
  Select: words("choice chosen"),
  Pipeline: words("make"),
  Experiment: words("make"),
  Table: words("make"),
  Figure: words("forest effects tradeoff sweep curves scatter"),
  Setting: words("make group"),
  External: words("file folder env"),
  Grid: words("ablation axes factorial integer linear log rows sample seeds"),
  Artifact: words("json table metrics notes tensors metadata optional record bytes list file folder env"),
  Objective: words(
    "make reversed binaryCrossEntropy categoricalCrossEntropy expectationMatching l2 parity squaredError"
  ),
  "": words("f32 f64 i32 u8 F32 F64 I32 U8")
}

/** They call what they are given: what they are given must declare too. */
const calling: Readonly<Record<string, true>> = Object.fromEntries(
  "Array Record Struct Tuple Option Result String Number Boolean Order Equivalence Predicate HashMap HashSet Chunk Function Duration Iterable BigInt"
    .split(" ")
    .map((name) => [name, true])
)

/** Methods of what Effect and the framework made that call nothing but what `pipe` is given. */
const methods = words("pipe check annotate annotateKey rebuild cross mapFields brand")

export type Manner = "keeps" | "calls"

/** How a function behaves when it is called, by its path below the module: `["Schema", "Struct"]`; undefined where it may do anything. */
export const mannerOf = (path: ReadonlyArray<string>): Manner | undefined => {
  const [first = "", second] = path
  if (second === undefined)
    return first === "pipe" || first === "flow" ? "calls" : keeping[""]?.has(first) ? "keeps" : undefined
  if (path.length > 2) return undefined
  if (keeping[first]?.has(second)) return "keeps"
  return calling[first] === true && !/Unsafe$|^unsafe|^Mutable/.test(second) ? "calls" : undefined
}

export const isQuietMethod = (name: string): boolean => methods.has(name)
