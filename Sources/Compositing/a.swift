public enum Placeholder1 {}
