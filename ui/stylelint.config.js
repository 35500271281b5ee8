// Colours, distances and corners come from src/style/tokens.css alone, so that both themes and all pages agree. What
// follows the window, the type or another size (em, %, vh, calc with tokens) is free.

/** A length that is written down where it is used. */
const FIXED = [/\d(px|rem|pt|cm|mm)\b/]

/** @type {import('stylelint').Config} */
export default {
  extends: ['stylelint-config-standard'],
  rules: {
    'color-named': 'never',
    'color-no-hex': true,
    'function-disallowed-list': [/^(rgb|hsl|hwb|lab|lch|oklab|oklch)a?$/],
    'declaration-property-value-disallowed-list': {
      '/^(padding|margin|gap$|row-gap|column-gap)/': FIXED,
      '/^border.*radius$/': FIXED,
      'font-size': FIXED,
    },
    // The order of lines is prettier's; names of classes are Element Plus's and the stages' own.
    'at-rule-empty-line-before': null,
    'comment-empty-line-before': null,
    'declaration-empty-line-before': null,
    'rule-empty-line-before': null,
    'selector-class-pattern': null,
    // Older web views of the desktop do not read ranges.
    'media-feature-range-notation': 'prefix',
    'selector-pseudo-class-no-unknown': [true, { ignorePseudoClasses: ['deep', 'slotted', 'global'] }],
  },
  overrides: [
    { files: ['src/**/*.vue'], customSyntax: 'postcss-html' },
    { files: ['src/style/tokens.css'], rules: { 'color-no-hex': null, 'function-disallowed-list': null } },
  ],
}
