/** One stroke set, 20 × 20, drawn for this app. Decorative: the text beside it or the button's label speaks. */
const PATHS = {
  live: 'M2.5 10.5h3l1.8-5 3 9.5 2.4-6.5 1.2 2h3.6',
  topics: 'M4 6.5 6.5 4M3.5 9.5V4a.5.5 0 0 1 .5-.5h5.5l7 7-6 6-7-7ZM7 7h.01',
  alerts:
    'M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.7 5.2-1.7 5.9 0 .4.2.6.6.6h11.2c.4 0 .6-.2.6-.6 0-.7-1.7-1.9-1.7-5.9A4.5 4.5 0 0 0 10 3ZM8.4 16.5c.3.6.9 1 1.6 1s1.300-.4 1.600-1',
  reports:
    'M5 3h7l3.500 3.500V17H5ZM12 3v3.500h3.500M7.500 13.500v-2M10 13.500v-4M12.500 13.500v-3',
  posts: 'M3.500 4.500h13v9h-6l-3.500 3v-3h-3.500ZM6.500 7.700h7M6.500 10.300h4.500',
  sources:
    'M10 8c3.600 0 6-1 6-2.200S13.600 3.500 10 3.500 4 4.500 4 5.800 6.400 8 10 8ZM4 5.800v8.400c0 1.200 2.400 2.300 6 2.300s6-1 6-2.300V5.800M4 10c0 1.200 2.400 2.200 6 2.200s6-1 6-2.200',
  system:
    'M3 4.500h14v4H3ZM3 11.500h14v4H3ZM5.500 6.500h.010M5.500 13.500h.010M9 6.500h5M9 13.500h5',
  settings:
    'M4 5.500h6M14 5.500h2M4 10h2M10 10h6M4 14.500h7M15 14.500h1M12 3.800v3.400M8 8.300v3.400M13 12.800v3.400',
  search: 'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l3.500 3.500',
  close: 'M5 5l10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  check: 'M4 10.500l4 4 8-9',
  pause: 'M7 4.500v11M13 4.500v11',
  play: 'M6.500 4v12l9.500-6Z',
  chevronDown: 'M5.500 8l4.500 4.500L14.500 8',
  chevronLeft: 'M12 5l-5 5 5 5',
  chevronsLeft: 'M10.500 5l-5 5 5 5M15.500 5l-5 5 5 5',
  chevronsRight: 'M4.500 5l5 5-5 5M9.500 5l5 5-5 5',
  chevronRight: 'M8 5l5 5-5 5',
  arrowRight: 'M4 10h12M11 5l5 5-5 5',
  up: 'M10 16V4M5 9l5-5 5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  table: 'M3.500 4h13v12h-13ZM3.500 8h13M3.500 12h13M8.500 8v8',
  chart: 'M3.500 3.500v13h13M6.500 12l3-4 2.500 2.500 4-5.500',
  image: 'M3.500 4h13v12h-13ZM3.500 13l3.500-3.500 3 3 2.500-2.500 4 4M12.500 7.500h.010',
  download: 'M10 3.500v9M6 9l4 4 4-4M4 16.500h12',
  share: 'M8 11.500 12.500 7M11 3.500h5.500V9M14 11.500v4.500H4V6h4.500',
  more: 'M4.600 10h.800M9.600 10h.800M14.600 10h.800M4.600 9.700h.800v.600h-.800ZM9.600 9.700h.800v.600h-.800ZM14.600 9.700h.800v.600h-.800Z',
  menu: 'M3.500 6h13M3.500 10h13M3.500 14h13',
  sun: 'M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100',
  moon: 'M16.500 11.800A6.800 6.800 0 0 1 8.200 3.500a6.800 6.800 0 1 0 8.300 8.300Z',
  auto: 'M10 3a7 7 0 1 0 0 14ZM10 3a7 7 0 0 1 0 14',
  language:
    'M3 5.500h8M7 3.500v2M9.500 5.500c-.6 3.500-3 6-6 7.500M4.500 8c1 2.200 3 4 5.500 4.700M10.500 16.500l3.300-8 3.200 8M11.600 14h4.300',
  help: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM8 8c.200-1.200 1-1.800 2-1.800s2 .7 2 1.800c0 1.500-2 1.600-2 3.200M10 13.700h.010',
  warning: 'M10 3.500 17.500 16.500h-15ZM10 8.500v3.500M10 14.300h.010',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.300v4M10 6.700h.010',
  copy: 'M7 7h9v9.500H7ZM4 13V3.500h9',
  edit: 'M4 16l.700-3.300L13.300 4l2.700 2.700-8.700 8.600ZM11.500 5.800l2.700 2.700',
  trash:
    'M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.700 11h7.600l.700-11M8.500 8.500v5M11.500 8.500v5',
  external: 'M11 3.500h5.500V9M16.500 3.500l-7 7M14 11.500v5H3.500V6h5',
  link: 'M8.500 11.500l3-3M7 9.500l-2 2a2.800 2.800 0 0 0 4 4l2-2M13 10.500l2-2a2.800 2.800 0 0 0-4-4l-2 2',
  undo: 'M4 8.500h8a4 4 0 0 1 0 8H8M7.500 5 4 8.500 7.500 12',
  refresh: 'M16 9a6 6 0 1 0-.5 4M16 4.500V9h-4.500',
  calendar: 'M3.500 5h13v11.500h-13ZM3.500 8.500h13M7 3v3.500M13 3v3.500',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.300l2.800 1.700',
  history:
    'M3.500 10a6.500 6.500 0 1 0 2-4.700L3.500 7.200M3.500 3.500v3.700h3.700M10 6.800v3.500l2.400 1.500',
  note: 'M5 17V3.500M5 4.500h10l-2 3 2 3H5',
  filter: 'M3.500 5h13M6 10h8M8.500 15h3',
  zoomIn:
    'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l3.500 3.500M6.500 9h5M9 6.500v5',
  zoomOut: 'M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l3.500 3.500M6.500 9h5',
  compare:
    'M3.500 14l4-5 3 3 6-7.500M3.500 16.500h.010M7 16.500h.010M10.500 16.500h.010M14 16.500h.010',
  user: 'M10 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.500c.600-3 3-4.500 6-4.500s5.400 1.500 6 4.500',
  logout: 'M8 3.500H4v13h4M12 6.500 15.500 10 12 13.500M15.500 10H7.500',
  upload: 'M10 13V3.500M6 7.500l4-4 4 4M4 16.500h12',
  file: 'M5 3h7l3.500 3.500V17H5ZM12 3v3.500h3.500',
  terminal: 'M3 4h14v12H3ZM6 8l2.500 2L6 12M10.500 12.500H14',
  key: 'M12.500 3.500a4 4 0 1 1-3.600 5.700L3.500 14.500v2h3v-2h2v-2l1.300-1.300M13.500 6.500h.010',
  bolt: 'M11 2.500 4.500 11.500H10l-1 6 6.500-9H10Z',
  shield: 'M10 3l6 2v5c0 3.500-2.500 6-6 7.500C6.500 16 4 13.500 4 10V5Z',
  dot: 'M10 10h.010',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** 微脉 wordmark: a pulse in a seal. */
export function Logo({ size = 26, word = true }: { size?: number; word?: boolean }) {
  return (
    <span class="logo">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8.5" fill="var(--logo, #0b6b61)" />
        <path
          d="M5 17h5l2.6-8 4.200 15 3.200-10 1.700 3H27"
          fill="none"
          stroke="#fff"
          stroke-width="2.300"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      {word && <span class="logo-word">微脉</span>}
    </span>
  );
}
