/** Light, dark, or what the system says; how strong the contrast and how dense the rows are. Kept on this machine. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export class Appearance {
  theme = $state<Theme>('system');
  contrast = $state<'system' | 'more'>('system');
  rows = $state<'compact' | 'regular'>('compact');
  readonly #system = window.matchMedia('(prefers-color-scheme: dark)');
  #systemDark = $state(this.#system.matches);
  readonly #systemContrast = window.matchMedia('(prefers-contrast: more)');
  #systemMore = $state(this.#systemContrast.matches);
  readonly dark = $derived(this.theme === 'dark' || (this.theme === 'system' && this.#systemDark));
  readonly rowHeight = $derived(this.rows === 'compact' ? 28 : 36);

  constructor() {
    const theme = localStorage.getItem('shelfsight.theme');
    this.theme = themes.find((name) => name === theme) ?? 'system';
    this.rows = localStorage.getItem('shelfsight.rows') === 'regular' ? 'regular' : 'compact';
    this.contrast = localStorage.getItem('shelfsight.contrast') === 'more' ? 'more' : 'system';
    this.#system.addEventListener('change', (event) => (this.#systemDark = event.matches));
    this.#systemContrast.addEventListener('change', (event) => (this.#systemMore = event.matches));
    $effect.root(() => {
      $effect(() => {
        localStorage.setItem('shelfsight.theme', this.theme);
        localStorage.setItem('shelfsight.rows', this.rows);
        localStorage.setItem('shelfsight.contrast', this.contrast);
        document.documentElement.dataset['contrast'] = this.contrast === 'more' || this.#systemMore ? 'more' : 'usual';
        document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
        document.documentElement.style.setProperty('--row', `${this.rowHeight}px`);
      });
    });
  }

  cycle(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length]!;
  }
}
