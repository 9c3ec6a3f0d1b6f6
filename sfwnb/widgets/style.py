"""How panels look, in JupyterLab's own colours, and which of a panel's two faces is shown.

A panel is two outputs of one cell: its static face, and under it the live widget. JupyterLab has
no fallback of its own: it takes the widget whenever an output has one, and where the model is gone
it says "Error displaying widget: model not found", or "Loading widget..." for ever when there is
no kernel, whatever else the output holds. So these rules choose, in the page and at every moment:

- a live widget further down in the same cell hides the face;
- a widget whose kernel is gone (JupyterLab marks it as disconnected) is hidden, the face is back;
- an output right after the face that holds only a message about a widget is hidden.

An untrusted notebook loses the rules and the widget alike, and shows the face. So do nbconvert and
GitHub, which never had a widget.
"""

_LIVE = ".sfwnb-live:not(.jupyter-widgets-disconnected)"

FACES = f"""
.jp-OutputArea-child:has(.sfwnb-face):has(~ .jp-OutputArea-child {_LIVE}) {{ display: none; }}
.sfwnb-live.jupyter-widgets-disconnected {{ display: none !important; }}
.jp-OutputArea-child:has(.sfwnb-face) + .jp-OutputArea-child
  > .jp-OutputArea-output.lm-Panel:not(:has(> *)) {{ display: none; }}
"""
"""Rules that show either the live widget or the static face, as said above."""

LOOKS = """
.sfwnb-panel {
  --sfwnb-text: var(--jp-content-font-color1, #212121);
  --sfwnb-quiet: var(--jp-content-font-color2, #616161);
  --sfwnb-line: var(--jp-border-color2, #d8d8d8);
  --sfwnb-back: var(--jp-layout-color1, #fff);
  --sfwnb-raised: var(--jp-layout-color2, #f5f5f5);
  --sfwnb-mark: var(--jp-warn-color1, #f57c00);
  --sfwnb-good: var(--jp-success-color1, #388e3c);
  --sfwnb-bad: var(--jp-error-color1, #d32f2f);
  color: var(--sfwnb-text);
  font: var(--jp-ui-font-size1, 13px)/1.45 var(--jp-ui-font-family, system-ui, sans-serif);
}
.sfwnb-panel p { margin: 4px 0; }
.sfwnb-panel pre { margin: 4px 0 0; padding: 6px 8px; max-height: 240px; overflow: auto;
  white-space: pre-wrap; overflow-wrap: anywhere; background: var(--sfwnb-raised);
  color: var(--sfwnb-text); font: 12px/1.4 var(--jp-code-font-family, monospace); }
.sfwnb-panel .sfwnb-quiet { color: var(--sfwnb-quiet); }
.sfwnb-panel .sfwnb-problem, .sfwnb-panel .sfwnb-error { color: var(--sfwnb-bad);
  white-space: pre-wrap; overflow-wrap: anywhere; }
.sfwnb-panel .sfwnb-done { color: var(--sfwnb-good); }
.sfwnb-panel .sfwnb-status { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: baseline; }
.sfwnb-panel .sfwnb-badge { padding: 0 8px; border-radius: 9px; font-size: 12px;
  background: var(--sfwnb-raised); border: 1px solid var(--sfwnb-line); }
.sfwnb-panel .sfwnb-rows { overflow: auto; max-height: 320px; }
.sfwnb-panel .sfwnb-rows table { border-collapse: collapse; margin: 0; border: 0; font-size: 12px; }
.sfwnb-panel .sfwnb-rows :is(td, th) { padding: 3px 10px; text-align: left; white-space: nowrap;
  border: 0; border-bottom: 1px solid var(--sfwnb-line); color: var(--sfwnb-text);
  max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
.sfwnb-panel .sfwnb-rows thead th { position: sticky; top: 0; background: var(--sfwnb-raised);
  color: var(--sfwnb-quiet); font-weight: 600; }
.sfwnb-panel .sfwnb-rows tbody th { font-weight: 600; }
.sfwnb-panel .sfwnb-rows tbody tr { background: transparent; }
.sfwnb-panel .sfwnb-rows tbody tr:hover { background: var(--sfwnb-raised); }
.sfwnb-panel .sfwnb-rows td.sfwnb-number { text-align: right; font-variant-numeric: tabular-nums; }
.sfwnb-panel .sfwnb-rows td.sfwnb-quiet { color: var(--sfwnb-quiet); }
.sfwnb-panel .sfwnb-rows td.sfwnb-changed { box-shadow: inset 3px 0 var(--sfwnb-mark);
  background: color-mix(in srgb, var(--sfwnb-mark) 18%, transparent); }
.sfwnb-panel .sfwnb-rows tr.sfwnb-new { background:
  color-mix(in srgb, var(--sfwnb-good) 16%, transparent); }
.sfwnb-panel .sfwnb-rows tr.sfwnb-new th { box-shadow: inset 3px 0 var(--sfwnb-good); }
.sfwnb-panel .sfwnb-picture img { max-width: 100%; display: block; background: #fff;
  border-radius: 3px; }
.sfwnb-panel details { margin: 4px 0; }
.sfwnb-panel summary { cursor: pointer; font-weight: 600; }
.sfwnb-panel code { background: transparent; color: var(--sfwnb-text); font-size: 12px; }
"""
"""What both faces share, with colours for pages that are not JupyterLab."""

LIVE_LOOKS = """
.sfwnb-live { gap: 6px; overflow: visible; }
.sfwnb-live .widget-html, .sfwnb-live .widget-html-content { height: auto; min-width: 0;
  line-height: inherit; }
.sfwnb-live .sfwnb-body { flex-wrap: wrap; gap: 12px; align-items: flex-start; overflow: visible; }
.sfwnb-live .sfwnb-body > .sfwnb-tables { flex: 3 1 420px; min-width: 0; }
.sfwnb-live .sfwnb-body > .sfwnb-picture { flex: 2 1 320px; min-width: 0; max-width: 640px; }
.sfwnb-live .sfwnb-form { gap: 2px; overflow: visible; }
.sfwnb-live .sfwnb-form > .widget-hbox { flex-wrap: wrap; align-items: center; overflow: visible; }
.sfwnb-live .sfwnb-form :is(.widget-text, .widget-textarea, .widget-dropdown) {
  width: 420px; max-width: 100%; }
.sfwnb-live .sfwnb-form .widget-label { color: var(--sfwnb-quiet); }
.sfwnb-live .sfwnb-foot { gap: 10px; align-items: flex-start !important; margin-top: 2px; }
.sfwnb-live .sfwnb-foot .sfwnb-answer { flex: 1 1 240px; padding-top: 3px; }
"""
"""What only the live widget needs: its boxes and forms."""
