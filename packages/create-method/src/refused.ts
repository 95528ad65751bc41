/** What was asked for cannot be done, and says what can. Nothing was written. */
export class Refused extends Error {}
