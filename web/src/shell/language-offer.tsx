import { t } from '../i18n/i18n.ts';
import { offersEnglish, prefs } from '../state/prefs.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { words } from './words.ts';

/**
 * One line on a first visit, in the language it is about. It is there from the first frame or never, so that
 * nothing below it moves but by the reader's own hand.
 */
export function LanguageOffer() {
  if (!offersEnglish()) return null;
  return (
    <div class="language-offer" lang="en">
      <Button
        size="s"
        variant="ghost"
        icon="language"
        onClick={() => {
          prefs.language.value = 'en';
        }}
      >
        {t(words.readInEnglish)}
      </Button>
      <IconButton
        size="s"
        icon="close"
        label={t(words.keepChinese)}
        onClick={() => {
          prefs.languageChosen.value = true;
        }}
      />
    </div>
  );
}
