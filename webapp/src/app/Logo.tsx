/** Two grids, side by side. */
export function Logo() {
  const ink = "var(--mui-palette-primary-contrastText)";
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--mui-palette-primary-main)" />
      <rect x="6.5" y="8" width="8" height="16" rx="2" fill={ink} />
      <rect x="17.5" y="8" width="8" height="16" rx="2" fill={ink} fillOpacity="0.6" />
    </svg>
  );
}
