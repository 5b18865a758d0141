/// Files by name at a service: put, get, list, sign.
enum ObjectStoreKind: String, Sendable { case s3, supabase }
