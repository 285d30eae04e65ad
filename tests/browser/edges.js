// The fields and buttons of a page whose edge, or whose own colour, stands out from their ground by less than 3 to 1.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const contrast = (one, other) => {
    const [most, least] = [light(one), light(other)].sort((a, b) => b - a);
    return (most + 0.05) / (least + 0.05);
  };
  const ground = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement) {
      const colour = painted(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.offsetWidth > 4;
  const some = "input, select, textarea, button, .efi-verb, .select2-container, [role='button']";
  const faint = (element) => {
    const style = getComputedStyle(element);
    const below = ground(element);
    const fill = painted(style.backgroundColor);
    if (parseFloat(style.borderTopWidth) === 0 || (fill[3] === 255 && contrast(fill, below) >= 3)) return false;
    return contrast(painted(style.borderTopColor), below) < 3;
  };
  return [...document.querySelectorAll(some)].filter((one) => seen(one) && faint(one)).map((one) => one.outerHTML.slice(0, 120));
}
