//! Stops a run before or after any effect, on disk or in the cloud.
