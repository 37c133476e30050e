"""Gradient descent on the mean squared error of a line."""


def descend(points, rate, steps):
    slope, intercept = 0.0, 0.0
    n = len(points)
    for step in range(1, steps + 1):
        errors = [slope * x + intercept - y for x, y in points]
        slope -= rate * 2 / n * sum(error * x for error, (x, _) in zip(errors, points))
        intercept -= rate * 2 / n * sum(errors)
        loss = sum(error * error for error in errors) / n
        if step % 50 == 0:
            print(f"step {step} of {steps}, loss {loss:.6f}")
    return slope, intercept, loss
