# Text rules of hostenv names. Builtins only.
let
  upper = [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];
  lower = [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];

  toLower = builtins.replaceStrings upper lower;

  # Every byte outside [A-Za-z0-9-] becomes a dash.
  dashed = text:
    builtins.concatStringsSep "-" (builtins.filter builtins.isString (builtins.split "[^A-Za-z0-9-]" text));

  withoutEdgeDash = text:
    let
      length = builtins.stringLength text;
      start = if length > 0 && builtins.substring 0 1 text == "-" then 1 else 0;
      rest = builtins.substring start length text;
      restLength = builtins.stringLength rest;
      end = if restLength > 0 && builtins.substring (restLength - 1) 1 rest == "-" then restLength - 1 else restLength;
    in
    builtins.substring 0 end rest;

  # replaceStrings is one left-to-right pass, so "---" leaves "--".
  clean = text: withoutEdgeDash (builtins.replaceStrings [ "--" ] [ "-" ] (dashed text));

  words = text: builtins.filter builtins.isString (builtins.split "-" text);

  lastSegment = text:
    let segments = builtins.filter builtins.isString (builtins.split "/" text);
    in builtins.elemAt segments (builtins.length segments - 1);

  slugLength = 11;

  # A normalised project is one word.
  projectSlug = builtins.substring 0 slugLength;

  # The longest run of leading words that fits; a first word too long is cut.
  slug = text:
    let
      cleaned = clean (lastSegment text);
      step = taken: word:
        let joined = if taken.words == 0 then word else "${taken.text}-${word}";
        in
        if taken.full || builtins.stringLength joined > slugLength
        then taken // { full = true; }
        else { full = false; text = joined; words = taken.words + 1; };
      taken = builtins.foldl' step { full = false; text = ""; words = 0; } (words cleaned);
    in
    toLower (if taken.words == 0 then builtins.substring 0 slugLength cleaned else taken.text);

  # Organisation and project: lower case, all that is no letter or digit removed.
  normalised = text: toLower (builtins.replaceStrings [ "-" ] [ "" ] (dashed text));
in
{
  inherit toLower clean slug projectSlug normalised;
}
