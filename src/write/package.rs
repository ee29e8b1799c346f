//! Zip packages written as a stream: parts compressed by us, parts copied byte for byte.
