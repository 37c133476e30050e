/** The Equity Evaluation Corpus, generated from its facts by its rules: nothing of the official file is copied. */
import { PERSONS, type Person, SITUATION_WORDS, STATE_WORDS, TEMPLATES, type Template } from "./facts.ts"
import { Emotion, labelOf, type Sentence } from "./Sentence.ts"

/** Number of sentences of the whole corpus. */
export const CORPUS_SIZE = 8640

/** Pronouns are the only persons with an object form of their own. */
const objectForm = (name: string): string => (name === "he" ? "him" : name === "she" ? "her" : name)

const article = (word: string): string => (/^[aeiou]/.test(word) ? "an" : "a")

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The person as the official Person column holds it for this template. */
const personColumn = (template: Template, person: Person): string =>
  template.pattern.includes("<person object>") ? objectForm(person.name) : person.name

const fill = (template: Template, person: Person, word: string | null): string =>
  capitalised(
    template.pattern
      .replace("<person subject>", person.name)
      .replace("<person object>", objectForm(person.name))
      .replace("himself/herself", person.gender === "male" ? "himself" : "herself")
      .replace("a/an", article(word ?? ""))
      .replace(/<emotion(al situation)? word>/, word ?? "")
  )

const slots = (
  template: Template
): ReadonlyArray<{ readonly emotion: Emotion | null; readonly word: string | null }> =>
  template.words === "none"
    ? [{ emotion: null, word: null }]
    : Emotion.literals.flatMap((emotion) =>
        (template.words === "state" ? STATE_WORDS : SITUATION_WORDS)[emotion].map((word) => ({ emotion, word }))
      )

/**
 * All 8,640 sentences in the official order: template, person, emotion (anger, sadness, fear, joy), word. All are
 * different, 3 to 10 tokens long.
 */
export const generateCorpus = (): ReadonlyArray<Sentence> =>
  TEMPLATES.flatMap((template) =>
    PERSONS.flatMap((person) =>
      slots(template).map(({ emotion, word }) => ({
        sentence: fill(template, person, word),
        template: template.id,
        person: personColumn(template, person),
        gender: person.gender,
        race: person.race,
        emotion,
        emotionWord: word,
        label: labelOf(emotion)
      }))
    )
  ).map((row, index) => ({ id: `eec-${String(index + 1).padStart(4, "0")}`, ...row }))

/** The person behind a Person column: `him` is he, `her` is she. Sixty different values. */
export const personOf = (column: string): string => (column === "him" ? "he" : column === "her" ? "she" : column)
