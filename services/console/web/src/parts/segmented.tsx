interface SegmentedProps<T extends string> {
  readonly name: string
  readonly label: string
  readonly options: readonly (readonly [value: T, text: string])[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few: radio buttons that look like a switch, so arrow keys and screen readers work as they always do. */
export function Segmented<T extends string>({ name, label, options, value, onChange }: SegmentedProps<T>) {
  return (
    <fieldset className="border-line bg-panel flex rounded-md border p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} className="relative cursor-pointer">
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
            className="peer absolute inset-0 cursor-pointer opacity-0"
          />
          <span className="text-muted peer-checked:bg-hover peer-checked:text-ink peer-focus-visible:outline-accent hover:text-ink block rounded-[5px] px-1.5 sm:px-2 py-1 text-[13px] leading-5 whitespace-nowrap peer-checked:font-medium peer-focus-visible:outline-2">
            {text}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
