/* SwiftPM wants a source file in a C target; libyaml itself comes from the system. */
