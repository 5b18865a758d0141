@main
enum QueueBench { static func main() {} }
