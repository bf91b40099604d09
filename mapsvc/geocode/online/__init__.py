"""Services elsewhere that know addresses. Off until the operator switches one on: asking them is telling them."""
