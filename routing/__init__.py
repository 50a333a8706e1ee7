"""The routing rules decide where a call may go, as pure functions of the routing table, the instant and the context."""
