/**
 * Colours, type and sizes: a paper notebook by day, ink by night. Components take them through
 * Mantine or the `--pp-…` variables of styles.css; no colour is written down anywhere else.
 */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

const iris: MantineColorsTuple = [
  "#f3f3fe", "#e4e4fb", "#cbcbf7", "#adadf3", "#9a9bf5", "#7273e6", "#5b5bd6", "#5151c4", "#4646ad", "#373788",
];
const teal: MantineColorsTuple = [
  "#e6f7f2", "#cdeee4", "#9bdcc9", "#66c9ac", "#34b894", "#12a37f", "#00866a", "#00745b", "#00604c", "#004c3c",
];
const vermilion: MantineColorsTuple = [
  "#fdeee8", "#fadccf", "#f5b9a0", "#f0946f", "#ea7446", "#dd5a27", "#c9481a", "#b33d12", "#96320e", "#77270a",
];
const gray: MantineColorsTuple = [
  "#faf9f7", "#f4f2ee", "#ebe8e2", "#dedad2", "#cbc5bb", "#aaa49a", "#8a847b", "#68625b", "#46413c", "#2a2724",
];
const dark: MantineColorsTuple = [
  "#ecebe8", "#b9b7b2", "#96948f", "#6b6c74", "#40434e", "#2b2e37", "#1e2129", "#17191f", "#121317", "#0d0e11",
];
const amber: MantineColorsTuple = [
  "#fdf4e1", "#fae8c3", "#f4d088", "#edb74b", "#e6a21f", "#c98708", "#a66c00", "#8a5a00", "#704900", "#573900",
];

export const theme = createTheme({
  fontFamily: "var(--pp-font)",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
  headings: {
    fontFamily: "var(--pp-font)",
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  colors: { iris, teal, vermilion, amber, gray, dark },
  primaryColor: "iris",
  primaryShade: { light: 6, dark: 6 },
  black: "#1e1b18",
  white: "#ffffff",
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "lg" } },
    Drawer: { styles: { content: { background: "var(--pp-surface)" }, header: { background: "transparent" } } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: "lg",
        transitionProps: { duration: 140, transition: "fade" },
        attributes: { header: { role: "none" } }, // a second banner of the page it is not
      },
      styles: {
        content: { background: "var(--pp-surface)", border: "1px solid var(--pp-line)" },
        header: { background: "transparent" },
        title: { fontSize: "1.0625rem", fontWeight: 620 },
      },
    },
    InputWrapper: { styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 120 } } },
    Notification: { styles: { description: { color: "var(--pp-ink-2)" } } },
    // What scrolls must be reachable by keys; the list of the palette offers no other way to say so.
    SpotlightActionsList: { defaultProps: { viewportProps: { tabIndex: 0 } } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 120 } } },
  },
});
