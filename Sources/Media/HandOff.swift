/// Lets a value that holds its own references leave the object that produced it.
///
/// A C call given both `self`'s pointer and a new frame's merges their isolation regions. This is the one
/// reviewed way out: the caller holds no other reference to `value`.
func handOff<Value>(_ value: Value) -> sending Value {
  nonisolated(unsafe) let value = value
  return unsafe value
}
