import { useWords } from "../i18n";
import { COLOURS, type Colour } from "./people";
import { Avatar } from "./person";
import classes from "./colour-picker.module.css";
import { useRadioKeys } from "./radio-keys";

/** The colour of one's name: a group of radio buttons that look like the avatar. */
export function ColourPicker(props: { name: string; value: Colour; onChange: (colour: Colour) => void }) {
  const { name, value, onChange } = props;
  const words = useWords().settings;
  const { group, onKeyDown } = useRadioKeys(COLOURS, value, onChange);
  return (
    <div>
      <span className={classes.legend} id="colour-legend">
        {words.colour}
      </span>{" "}
      <span className={classes.hint}>{words.colourHint}</span>
      <div ref={group} role="radiogroup" aria-labelledby="colour-legend" className={classes.swatches}>
        {COLOURS.map((colour) => (
          <button
            key={colour}
            type="button"
            role="radio"
            aria-checked={colour === value}
            aria-label={words.colours[colour]}
            tabIndex={colour === value ? 0 : -1}
            className={classes.swatch}
            onKeyDown={onKeyDown}
            onClick={() => {
              onChange(colour);
            }}
          >
            <Avatar name={name} colour={colour} size={30} />
          </button>
        ))}
      </div>
    </div>
  );
}
