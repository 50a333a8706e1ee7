"""A capture holds what passed between the carrier and an app, without anybody's data."""
