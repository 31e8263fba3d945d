import { Menu } from '@base-ui/react/menu';
import { type ReactElement, useEffect } from 'react';
import { Button } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { applyTheme, type Theme, themePreference, usePreference } from '../lib/preferences.ts';

const themes = [
  { value: 'system', label: 'As the system', icon: 'system' },
  { value: 'light', label: 'Light', icon: 'sun' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
] as const satisfies readonly { readonly value: Theme; readonly label: string; readonly icon: IconName }[];

export function ThemeMenu(): ReactElement {
  const theme = usePreference(themePreference);
  useEffect(() => applyTheme(theme), [theme]);
  const icon = themes.find(({ value }) => value === theme)?.icon ?? 'system';
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button look="ghost" size="icon" aria-label="Theme" />}>
        <Icon name={icon} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="z-50">
          <Menu.Popup className="popup-motion min-w-40 rounded-lg border border-line bg-raised p-1 shadow-popover outline-none">
            <Menu.RadioGroup value={theme} onValueChange={themePreference.set}>
              {themes.map(({ value, label, icon: name }) => (
                <Menu.RadioItem
                  key={value}
                  value={value}
                  className="flex h-7.5 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-[highlighted]:bg-highlight pointer-coarse:h-10"
                >
                  <Icon name={name} className="text-ink-3" />
                  {label}
                  <Menu.RadioItemIndicator className="ml-auto">
                    <Icon name="check" className="text-accent" />
                  </Menu.RadioItemIndicator>
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
