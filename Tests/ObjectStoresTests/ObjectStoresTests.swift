import Testing

@Suite struct ObjectStoresTests {}
