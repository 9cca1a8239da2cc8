internal import CYAML

/// libyaml's parser and its current event, owned in one place.
struct YAMLEventParser: ~Copyable {
  /// libyaml keeps the parser's own address, so it lives on the heap.
  let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The event read last; it stays valid until the next one is read.
  let event: UnsafeMutablePointer<yaml_event_t>

  /// Creates a parser over a text, which must outlive it.
  init?(_ text: UnsafeRawBufferPointer) {
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      return nil
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.bindMemory(to: UInt8.self).baseAddress, text.count)
    let event = UnsafeMutablePointer<yaml_event_t>.allocate(capacity: 1)
    event.initialize(to: yaml_event_t())
    self.parser = parser
    self.event = event
  }

  deinit {
    yaml_event_delete(event)
    event.deallocate()
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// Reads the next event; `false` where the text can't be parsed further.
  func advance() -> Bool {
    yaml_event_delete(event)
    return yaml_parser_parse(parser, event) == 1
  }
}
